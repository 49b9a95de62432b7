import { setTimeout as pass } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { askShownPage } from './ask-shown-page.js';
import { until } from './until.js';

/** The documents of a page that goes elsewhere when it is told to. */
class GoingPage {
  loaderId = '1';
  #tell = (): void => undefined;

  async replaced(loaderId: string, signals: readonly AbortSignal[]): Promise<void> {
    if (loaderId !== this.loaderId) return;
    await until(new Promise<void>((resolve) => (this.#tell = resolve)), signals);
  }

  go(): void {
    this.loaderId += '1';
    this.#tell();
  }
}

const never = (): Promise<never> => new Promise(() => {});

it('what the browser forgot because the page went elsewhere is asked for again', async () => {
  const documents = new GoingPage();
  const asked: string[] = [];

  const answer = await askShownPage(
    () => {
      asked.push(documents.loaderId);
      if (asked.length > 1) return Promise.resolve('a picture');
      queueMicrotask(() => documents.go());
      return never();
    },
    { documents, signals: [] },
  );

  expect(answer).toBe('a picture');
  expect(asked).toEqual(['1', '11']);
});

it('an answer that was on its way is taken, and a failure is one', async () => {
  const documents = new GoingPage();
  const late = async (): Promise<string> => {
    documents.go();
    await pass(20);
    return 'late';
  };

  expect(await askShownPage(late, { documents, signals: [] })).toBe('late');
  const failing = askShownPage(() => Promise.reject(new Error('no')), { documents, signals: [] });
  await expect(failing).rejects.toThrow('no');
});

it('a page that never stays ends it, and so does a signal', async () => {
  const documents = new GoingPage();
  const going = askShownPage(
    () => {
      queueMicrotask(() => documents.go());
      return never();
    },
    { documents, signals: [] },
  );
  await expect(going).rejects.toMatchObject({ code: 'script_failed' });

  const signals = [AbortSignal.abort()];
  await expect(askShownPage(() => until(never(), signals), { documents, signals })).rejects.toMatchObject({
    code: 'command_cancelled',
  });
});
