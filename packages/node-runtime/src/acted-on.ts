import { newsOf, type TabNews } from './tab-news.js';
import type { ManagedTab } from './tab-registry.js';

/**
 * Where a tab is after somebody acted on it, and what came of it: as `actedFields` of the protocol. The page is asked
 * for its title only when it has not told it by itself.
 */
export async function actedOn(
  tab: Pick<ManagedTab, 'life' | 'page' | 'tabSessionId'>,
  told: { readonly title?: string } = {},
): Promise<Acted> {
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
