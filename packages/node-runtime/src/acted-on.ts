import type { ActionCall } from './node-action.js';
import { newsOf, type TabNews } from './tab-news.js';
import type { ManagedTab } from './tab-registry.js';

/**
 * Where a tab is after somebody acted on it, and what came of it: as `actedFields` of the protocol. A download that began
 * is waited for a moment, so that its size is told. The page is asked for its title only when it has not told it by
 * itself.
 */
export async function actedOn(
  tab: Pick<ManagedTab, 'life' | 'page' | 'tabSessionId'>,
  { tools, signal }: Pick<ActionCall, 'tools' | 'signal'>,
  told: { readonly title?: string } = {},
): Promise<Acted> {
  await tab.life.downloads.settled({ clock: tools.clock, signal });
  const title = told.title ?? (await tab.page.title());
  return {
    tabSessionId: tab.tabSessionId,
    url: tab.page.url(),
    ...(title === '' ? {} : { title }),
    ...newsOf(tab),
  };
}

export interface Acted extends TabNews {
  tabSessionId: string;
  url: string;
  title?: string;
}
