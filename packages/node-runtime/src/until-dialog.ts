import { OttoError } from '@telepat/otto-protocol';
import { abortWith } from './abort-with.js';
import type { ActionCall } from './node-action.js';
import { settledOrGivenUp } from './settled-or-given-up.js';
import type { TabLife } from './tab-life.js';

/**
 * Runs work that needs the page of a tab, until it ends or a dialog opens: the page stands still then, and the work is
 * told to stop (the reason of its signal is `dialog_open`). Every action that touches the page of a managed tab goes
 * through here, by `readTab` (or `withSourcePage`) or by `actOnTab`.
 *
 * The work must use the call that it is given, not the one around it: its signal is the one that a dialog aborts.
 *
 * @throws OttoError `dialog_open` with effect `none` when one is open already.
 */
export async function untilDialog<T>(
  { dialogs }: TabLife,
  call: ActionCall,
  work: (guarded: ActionCall) => Promise<T>,
): Promise<UntilDialog<T>> {
  if (dialogs.shown !== undefined) throw new OttoError('dialog_open', { effect: 'none' });
  const { clock } = call.tools;
  const stalled = new AbortController();
  const guarded = new AbortController();
  const stopWatching = dialogs.whenOpened(() => {
    stalled.abort(new OttoError('dialog_open'));
    guarded.abort(stalled.signal.reason);
  });
  const leave = abortWith(call.signal, guarded);
  try {
    const running = work({ ...call, signal: guarded.signal });
    const value = await settledOrGivenUp(running, { signal: stalled.signal, clock, patienceMs: STALLED_MS_MAX });
    return { wasInterrupted: false, value };
  } catch (error) {
    if (call.signal.aborted || !stalled.signal.aborted) throw error;
    return { wasInterrupted: true };
  } finally {
    stopWatching();
    leave();
  }
}

/** A driver that does not let go of a page that stands still is not waited for any longer. */
const STALLED_MS_MAX = 1_000;

/** What became of the work. */
export type UntilDialog<T> = { readonly wasInterrupted: false; readonly value: T } | { readonly wasInterrupted: true };
