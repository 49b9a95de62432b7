import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Stage } from './stage.js';

describe('Stage', () => {
  it('ends what entered, last things first, and removes its folder', async () => {
    const stage = newStage();
    const ended: string[] = [];
    for (const name of ['relay', 'node']) {
      await stage.enter(
        () => name,
        (thing) => {
          expect(existsSync(stage.folder)).toBe(true);
          ended.push(thing);
          return Promise.resolve();
        },
      );
    }
    writeFileSync(join(stage.folder, 'leftover'), '');

    await stage.clear();

    expect(ended).toEqual(['node', 'relay']);
    expect(existsSync(stage.folder)).toBe(false);
  });

  it('ends what is still starting as soon as it has started', async () => {
    const stage = newStage();
    let started = (_name: string) => {};
    let ended = '';
    const entering = stage.enter(
      () => new Promise<string>((resolve) => (started = resolve)),
      (thing) => {
        ended = thing;
        return Promise.resolve();
      },
    );

    const clearing = stage.clear();
    started('late');
    await clearing;

    expect(ended).toBe('late');
    expect(await entering).toBe('late');
  });

  it('lets nothing start once it is being cleared', async () => {
    const stage = newStage();
    let hasStarted = false;
    await stage.clear();

    const entering = stage.enter(
      () => (hasStarted = true),
      () => Promise.resolve(),
    );

    await expect(entering).rejects.toThrow('The demo is over.');
    expect(hasStarted).toBe(false);
  });

  it('ends the rest, and says so, when one thing does not end', async () => {
    const stage = newStage();
    await stage.enter(
      () => 'node',
      () => Promise.reject(new Error('it hangs')),
    );

    await expect(stage.clear()).rejects.toThrow('it hangs');
    expect(existsSync(stage.folder)).toBe(false);
  });

  it('has nothing to end of what did not start', async () => {
    const stage = newStage();
    const entering = stage.enter(
      () => Promise.reject(new Error('no browser')),
      () => Promise.reject(new Error('never called')),
    );

    await expect(entering).rejects.toThrow('no browser');
    await stage.clear();
  });
});

function newStage(): Stage {
  const stage = new Stage();
  onTestFinished(() => stage.clear().catch(() => undefined));
  return stage;
}
