import type { CDPSession, Page } from 'playwright-core';
import { within } from './until.js';

/**
 * Stops the scripts of a page and of the frames that have processes of their own, for good; while they run, such a page
 * may show dialog after dialog. Resolves when they have stopped, or after a while.
 */
export async function stopScripts(page: Page, session: CDPSession): Promise<void> {
  const foreign = page.frames().filter((frame) => originOf(frame.url()) !== originOf(page.url()));
  const sessions = foreign.slice(0, FRAMES_MAX).map((frame) => page.context().newCDPSession(frame));
  const all = [Promise.resolve(session), ...sessions].map(async (ready) => stop(await ready));
  await within(STOP_MS_MAX, Promise.allSettled(all), []);
}

/** A loop that only shows dialogs is not ended before it went round some hundreds of times. */
const STOP_MS_MAX = 20_000;

/** Each costs a session; a page with more of them is closed as it is. */
const FRAMES_MAX = 20;

async function stop(session: CDPSession): Promise<void> {
  const disabled = session.send('Emulation.setScriptExecutionDisabled', { value: true });
  const ended = session.send('Runtime.terminateExecution');
  await Promise.allSettled([disabled, ended]);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
