import type { CDPSession } from 'playwright-core';

/** The title of a tab as the browser shows it, also while its page cannot answer; empty when the page has none. */
export async function targetTitle(session: CDPSession): Promise<string> {
  const { targetInfo } = await session.send('Target.getTargetInfo');
  const { title, url } = targetInfo;
  // The browser shows the address of a page without a title, mostly without its beginning.
  return url === title || url.endsWith(`//${title}`) ? '' : title;
}
