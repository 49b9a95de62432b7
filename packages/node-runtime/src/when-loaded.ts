import { abortWith } from './abort-with.js';
import type { ActionCall } from './node-action.js';
import type { DriverPage } from './ports.js';

/**
 * Waits for the parts of a page, its pictures and scripts, but no longer than a part that never comes deserves: the page
 * is read as it stands then, with a warning.
 */
export async function whenLoaded(page: Pick<DriverPage, 'waitFor'>, call: ActionCall): Promise<void> {
  const { signal, tools, msLeft, warn } = call;
  const patience = new AbortController();
  const leave = abortWith(signal, patience);
  const timer = tools.clock.after(Math.min(LOAD_MS_MAX, msLeft() / 2), () => patience.abort());
  try {
    await page.waitFor({ loadState: 'load' }, { signal: patience.signal });
  } catch (error) {
    if (signal.aborted || !patience.signal.aborted) throw error;
    warn('Parts of the page did not come in time: it was read as it stood.');
  } finally {
    timer.cancel();
    leave();
  }
}

/** Half of the time that is left, and never longer than this. */
const LOAD_MS_MAX = 10_000;
