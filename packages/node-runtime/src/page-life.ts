import { OttoError } from '@telepat/otto-protocol';
import { abortReason } from './abort-reason.js';
import type { ActionCall } from './node-action.js';
import type { DriverPage, PageWatcher, WaitUntil } from './ports.js';

/** Opens a page, and closes it again if the caller lost interest while it opened. */
export async function openPage(
  options: { readonly url?: string; readonly waitUntil: WaitUntil; readonly watcher: PageWatcher },
  { signal, tools }: Pick<ActionCall, 'signal' | 'tools'>,
): Promise<DriverPage> {
  const page = await tools.driver.openPage({ ...options, signal });
  if (!signal.aborted) return page;
  await closePage(page);
  throw abortReason(signal);
}

/** Closes a page; that it was closed already is what was wanted. */
export async function closePage(page: DriverPage): Promise<void> {
  try {
    await page.close();
  } catch (error) {
    if (!(error instanceof OttoError) || error.code !== 'tab_closed') throw error;
  }
}
