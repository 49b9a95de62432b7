import { DIALOGS_IN_A_ROW_MAX, DIALOG_TEXT_LENGTH_MAX, DIALOG_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import { settled } from '@telepat/otto-relay-link/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedDialog, ScriptedPage } from '../src/testing/index.js';
import { defineSiteCommand } from '../src/index.js';
import { nodeWorld, type NodeWorld } from './world.js';

const READ = 'primitive.dom.extract_text';
const NAVIGATE = 'primitive.tab.navigate';
const ANSWER = 'primitive.page.dialog';

let world: NodeWorld;
let tab: string;
let page: ScriptedPage;

beforeEach(async () => {
  world = await nodeWorld({
    'https://a.test/': { title: 'A', text: 'Text of A' },
    'https://greets.test/': {
      title: 'Greets',
      text: 'hello',
      onLoad: (loaded) => loaded.openDialog({ message: 'hi' }),
    },
  });
  tab = await world.open(world.alice);
  page = world.driver.pages[0]!;
});

/** A page that asks again as soon as it is answered, so many times in all. */
function insist(times: number): ScriptedDialog[] {
  const asked: ScriptedDialog[] = [];
  const ask = (): void => {
    if (asked.length === times) return;
    const message = `question ${asked.length + 1}`;
    asked.push(page.openDialog({ message, onAnswered: () => void Promise.resolve().then(ask) }));
  };
  ask();
  return asked;
}

const run = (action: string, input: object = {}) => world.run(world.alice, action, input, tab);

describe('while a dialog is open', () => {
  it.each([
    [READ, {}],
    ['primitive.dom.extract_markdown', {}],
    ['primitive.page.screenshot', {}],
    [NAVIGATE, { url: 'https://a.test/' }],
  ])('%s is refused at once, and nothing happened', async (action, input) => {
    page.openDialog({ type: 'confirm', message: 'Sure?' });

    expect(await run(action, input)).toMatchObject({ code: 'dialog_open', effect: 'none', retryable: true });
  });

  it('the tab is listed with it', async () => {
    page.openDialog({ type: 'prompt', message: 'Name?', defaultValue: 'Ada' });

    const { data } = await world.run(world.alice, 'primitive.tab.query');

    expect(data['tabs']).toMatchObject([
      { tabSessionId: tab, title: 'A', dialog: { type: 'prompt', message: 'Name?', defaultValue: 'Ada' } },
    ]);
  });

  it('the tab can be closed', async () => {
    page.openDialog({});

    expect(await run('primitive.tab.close')).toMatchObject({ ok: true });
    expect(world.driver.open).toEqual([]);
  });

  it('other tabs go on', async () => {
    page.openDialog({});
    const other = await world.open(world.alice);

    expect(await world.run(world.alice, READ, {}, other)).toMatchObject({ ok: true });
  });

  it('a message without end is cut', async () => {
    page.openDialog({ type: 'prompt', message: 'm'.repeat(50_000), defaultValue: 'd'.repeat(50_000) });

    const { data } = await world.run(world.alice, 'primitive.tab.query');

    const [{ dialog }] = data['tabs'] as [{ dialog: { message: string; defaultValue: string } }];
    expect([dialog.message.length, dialog.defaultValue.length]).toEqual([
      DIALOG_TEXT_LENGTH_MAX,
      DIALOG_TEXT_LENGTH_MAX,
    ]);
    expect(dialog.message).toMatch(/m…$/);
  });
});

describe('a dialog that opens', () => {
  it('while something is read ends it with dialog_open, before its time is over', async () => {
    const release = page.hold();
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    page.openDialog({});
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'dialog_open', effect: 'none' });
    release();
  });

  it('while a page loads is part of a success, and the page goes on when it is answered', async () => {
    const moved = await run(NAVIGATE, { url: 'https://greets.test/', waitUntil: 'load' });
    const answered = await run(ANSWER, { accept: true });

    expect(moved.data).toEqual({
      tabSessionId: tab,
      url: 'https://greets.test/',
      title: 'Greets',
      dialog: { type: 'alert', message: 'hi' },
    });
    expect(answered.data).toEqual({
      tabSessionId: tab,
      url: 'https://greets.test/',
      title: 'Greets',
      answered: { type: 'alert', message: 'hi', accepted: true },
    });
    expect(await run(READ)).toMatchObject({ ok: true, data: { text: 'hello' } });
  });

  it('while a tab is opened leaves that tab, and shows the dialog', async () => {
    const opened = await world.run(world.alice, 'primitive.tab.open', {
      url: 'https://greets.test/',
      waitUntil: 'load',
    });

    expect(opened).toMatchObject({ ok: true, data: { tabId: 2, title: 'Greets', dialog: { message: 'hi' } } });
    tab = String(opened.data['tabSessionId']);
    expect(await run(READ)).toMatchObject({ code: 'dialog_open' });
  });

  it('in a browser that does not let go of the page costs a second only', async () => {
    page.hold({ isStubborn: true });
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();
    page.openDialog({});
    await settled();
    expect(world.alice.terminals(reading)).toEqual([]);

    world.relay.clock.advance(1_000);
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'dialog_open' });
  });

  it('after the command was cancelled does not change why it ended', async () => {
    page.hold({ isStubborn: true });
    const reading = world.send(world.alice, READ, {}, tab);
    await settled();

    world.alice.cancel(reading);
    await settled();
    page.openDialog({});
    world.relay.clock.advance(1_000);
    await settled();

    expect(world.answer(world.alice, reading)).toMatchObject({ code: 'command_cancelled' });
  });

  it('in a temporary tab is dismissed at once, with a warning', async () => {
    const answer = await world.run(world.alice, READ, { url: 'https://greets.test/' });

    expect(answer).toMatchObject({ ok: true, data: { text: 'hello' } });
    expect(answer['warnings']).toEqual(['A dialog of the page (alert: "hi") was dismissed as it came.']);
    expect(world.driver.open).toHaveLength(1);
  });
});

it('a site command ends with dialog_open when its page asks, and the command stops', async () => {
  let ended: unknown;
  const shop = await nodeWorld({ 'https://shop.test/': { text: 'Teapots' } }, [
    defineSiteCommand({
      site: 'shop.test',
      id: 'read',
      displayName: 'Read',
      description: 'Reads.',
      execute: async ({ page: shown }) => {
        shop.driver.pages[0]!.openDialog({});
        await shown.text().catch((error: unknown) => (ended = error));
      },
    }),
  ]);
  const shopTab = await shop.open(shop.alice, 'https://shop.test/');

  const answer = await shop.run(shop.alice, 'command.run', { site: 'shop.test', command: 'read' }, shopTab);

  expect(answer).toMatchObject({ code: 'dialog_open', effect: 'unknown' });
  expect(ended).toBeInstanceOf(Error);
});

describe('answering a dialog', () => {
  it('gives the page what was typed', async () => {
    const dialog = page.openDialog({ type: 'prompt', message: 'Name?' });

    const { data } = await run(ANSWER, { accept: true, promptText: 'Grace' });

    expect(dialog).toMatchObject({ answer: 'accepted', promptText: 'Grace' });
    expect(data['answered']).toEqual({ type: 'prompt', message: 'Name?', accepted: true });
  });

  it('with no dismisses it', async () => {
    const dialog = page.openDialog({ type: 'confirm' });

    await run(ANSWER, { accept: false });

    expect(dialog.answer).toBe('dismissed');
    expect(await run(READ)).toMatchObject({ ok: true });
  });

  it('is refused when none is open, also one that went with its page', async () => {
    expect(await run(ANSWER, { accept: true })).toMatchObject({ code: 'no_dialog_open', effect: 'none' });
    page.openDialog({});
    page.crash();

    expect(await run(ANSWER, { accept: true })).toMatchObject({ code: 'no_dialog_open' });
  });

  it('shows the next one that comes of it', async () => {
    page.openDialog({ message: 'one', onAnswered: () => page.openDialog({ message: 'two' }) });

    const { data } = await run(ANSWER, { accept: true });

    expect(data).toMatchObject({ answered: { message: 'one' }, dialog: { message: 'two' } });
  });

  it('does not wait for what hangs in the tab because of it', async () => {
    page.hold({ isStubborn: true });
    world.send(world.alice, READ, {}, tab);
    await settled();
    const dialog = page.openDialog({});

    const payload = { action: ANSWER, tabSessionId: tab, payload: { accept: true } };
    const command = { protocolVersion: '1.0', messageType: 'command', requestId: 'r1', senderRole: 'relay', payload };
    world.network.newest.send(JSON.stringify(command));
    await settled();

    expect(dialog.answer).toBe('accepted');
  });
});

describe('a dialog that nobody answers', () => {
  it('is dismissed when its time is over, and the next result of the tab says so, once', async () => {
    const dialog = page.openDialog({ type: 'confirm', message: 'Sure?' });
    await world.pass(DIALOG_WAIT_MS_MAX - 1);
    expect(dialog.answer).toBeUndefined();

    world.relay.clock.advance(1);
    await settled();

    expect(dialog.answer).toBe('dismissed');
    const next = await run(READ);
    expect(next).toMatchObject({ ok: true, data: { text: 'Text of A' } });
    expect(next['warnings']).toEqual([
      'A dialog of the page (confirm: "Sure?") was dismissed after 30 s without an answer.',
    ]);
    expect(await run(READ)).not.toHaveProperty('warnings');
  });

  it('has no time running any more once it was answered, or its tab is gone', async () => {
    const before = world.relay.clock.armedCount;
    page.openDialog({});
    await run(ANSWER, { accept: true });
    page.openDialog({});
    await page.close();
    await settled();

    expect(world.relay.clock.armedCount).toBe(before);
  });
});

describe('a dialog of another tab that stops this one as well', () => {
  let asking: ScriptedPage;
  let other: string;

  beforeEach(async () => {
    other = await world.open(world.alice);
    asking = world.driver.pages[1]!;
  });

  /** Both are told that it is open; that it is answered is told by the page that asks only, until the other goes on. */
  function stopBoth(message = 'both'): ScriptedDialog {
    const dialog = asking.openDialog({ message });
    page.watcher?.stoppedBy(dialog);
    return dialog;
  }

  it('is shown by this one too, and can be answered here', async () => {
    const dialog = stopBoth();
    expect(await run(READ)).toMatchObject({ code: 'dialog_open' });

    const { data } = await run(ANSWER, { accept: true });

    expect(data['answered']).toMatchObject({ message: 'both', accepted: true });
    expect(dialog.answer).toBe('accepted');
  });

  it('can be answered only once: whoever does so later is told that none is open', async () => {
    const dialog = stopBoth();
    await dialog.accept();

    expect(await run(ANSWER, { accept: false })).toMatchObject({ code: 'no_dialog_open' });
    expect(dialog.answer).toBe('accepted');
  });

  it('is not dismissed from here, however many there were while nobody worked here', async () => {
    for (let time = 0; time <= DIALOGS_IN_A_ROW_MAX; time += 1) {
      const dialog = stopBoth();
      expect(dialog.answer).toBeUndefined();
      await dialog.accept();
      page.watcher?.dialogClosed();
      await world.run(world.alice, READ, {}, other);
    }

    expect(page.openDialog({}).answer).toBeUndefined();
    expect((await run(ANSWER, { accept: true }))['warnings']).toBeUndefined();
  });

  it('is dismissed once its own tab waited long enough, with a warning there and none here', async () => {
    const dialog = stopBoth();
    await world.pass(DIALOG_WAIT_MS_MAX);
    page.watcher?.dialogClosed();

    expect(dialog.answer).toBe('dismissed');
    expect(await run(READ)).not.toHaveProperty('warnings');
  });
});

describe('a page that asks again and again', () => {
  it('has its dialogs dismissed once nothing else got through for so many of them', async () => {
    const asked = insist(DIALOGS_IN_A_ROW_MAX + 5);
    for (let time = 1; time < DIALOGS_IN_A_ROW_MAX; time += 1) {
      expect(await run(ANSWER, { accept: true })).toMatchObject({
        data: { dialog: { message: `question ${time + 1}` } },
      });
      expect(await run(READ)).toMatchObject({ code: 'dialog_open' });
    }

    const last = await run(ANSWER, { accept: true });

    expect(last.data).not.toHaveProperty('dialog');
    expect(last['warnings']).toContain(
      'A dialog of the page (alert: "question 21") was dismissed as it came: the page asks again and again.',
    );
    expect(asked.slice(DIALOGS_IN_A_ROW_MAX).map(({ answer }) => answer)).toEqual(Array(5).fill('dismissed'));
    expect(await run(READ)).toMatchObject({ ok: true });
  });

  it('has them held again after another command got through', async () => {
    insist(DIALOGS_IN_A_ROW_MAX);
    for (let time = 1; time <= DIALOGS_IN_A_ROW_MAX; time += 1) await run(ANSWER, { accept: true });
    await run(READ);

    page.openDialog({ message: 'later' });

    expect(await run(READ)).toMatchObject({ code: 'dialog_open' });
  });
});
