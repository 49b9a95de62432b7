import type { CDPSession } from 'playwright-core';
import { abortReason, within } from './until.js';

/**
 * Ends what still runs in a page for a caller who has given up, and resolves when the page can be used again. A page
 * that answers is left alone: its own scripts are not to die of it. Behind a dialog, work only waits.
 */
export async function endScript(session: CDPSession, signal: AbortSignal): Promise<void> {
  if (abortReason(signal).code === 'dialog_open') return;
  const ask = (): Promise<true> => session.send('Runtime.evaluate', { expression: '0' }).then(yes, yes);
  if ((await within(ANSWER_MS_MAX, ask(), [])) === true) return;
  session.send('Runtime.terminateExecution').catch(alreadyGone);
  await within(END_MS_MAX, ask(), []);
}

/** A page whose script is not ours, and short, has answered by then. */
const ANSWER_MS_MAX = 100;

const END_MS_MAX = 2_000;

/** An error is an answer, too: the page is being replaced, or gone. */
function yes(): true {
  return true;
}

/** The page went, and its scripts with it. */
function alreadyGone(): void {}
