import type { CDPSession, Page } from 'playwright-core';
import { stopScripts } from './stop-scripts.js';
import { within } from './until.js';

/**
 * Closes a page. One whose script never ends is given half a second by the browser; nobody waits for it any longer.
 * Closing one while a frame in it shows a dialog crashes the browser, and one that was answered may ask again.
 */
export async function endPage({ page, session }: Ending, { showsDialog }: { showsDialog: boolean }): Promise<void> {
  await within(CLOSE_MS_MAX, showsDialog ? stopScripts(page, session).then(() => close(page)) : close(page), []);
}

function close(page: Page): Promise<void> {
  return page.close().catch(alreadyGone);
}

const CLOSE_MS_MAX = 2_000;

/** What was to go is gone already: the page, or the browser. */
function alreadyGone(): void {}

interface Ending {
  readonly page: Page;
  readonly session: CDPSession;
}
