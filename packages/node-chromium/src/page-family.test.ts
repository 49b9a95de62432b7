import type { DriverDialog } from '@telepat/otto-node-runtime';
import { ScriptedDialog } from '@telepat/otto-node-runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageFamily } from './page-family.js';

let family: PageFamily;

beforeEach(() => void (family = new PageFamily()));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that stands still while a dialog of its process is open, and what it is told. */
function member({ isStopped = true } = {}) {
  const shown: DriverDialog[] = [];
  let answer = (): void => {};
  const send = () => (isStopped ? new Promise<void>((resolve) => (answer = resolve)) : Promise.resolve());
  const dialogs = {
    stoppedBy: (dialog: DriverDialog) => void shown.push(dialog),
    goOn: (dialog: DriverDialog) => void (shown[0] === dialog && shown.shift()),
  };
  return { session: { send }, dialogs, shown, answers: () => answer() };
}

const dialog = () => new ScriptedDialog({}, () => {});
const asked = () => vi.advanceTimersByTimeAsync(500);

describe('a dialog of one page', () => {
  it('is told to the others that it stops, and to none that goes on', async () => {
    const [owner, stopped, apart] = [member(), member(), member({ isStopped: false })];
    for (const each of [owner, stopped, apart]) family.join(each);
    const opened = dialog();

    family.opened(opened, owner.dialogs);
    await asked();

    expect([owner, stopped, apart].map(({ shown }) => shown)).toEqual([[], [opened], []]);
    family.closed(opened);
    expect(stopped.shown).toEqual([]);
  });

  it('is told to one that joins while it is open', async () => {
    const opened = dialog();
    family.opened(opened, member().dialogs);
    const late = member();

    family.join(late);
    await asked();

    expect(late.shown).toEqual([opened]);
  });

  it('is told to nobody any more when it was answered, or went with its page', async () => {
    const stopped = member();
    family.join(stopped);
    const [answered, gone] = [dialog(), dialog()];
    for (const opened of [answered, gone]) family.opened(opened, member().dialogs);

    await answered.accept();
    family.closed(gone);
    await asked();

    expect(stopped.shown).toEqual([]);
  });

  it('was none for a page that was only slow', async () => {
    const slow = member();
    family.join(slow);
    family.opened(dialog(), member().dialogs);
    await asked();

    slow.answers();
    await asked();

    expect(slow.shown).toEqual([]);
  });
});
