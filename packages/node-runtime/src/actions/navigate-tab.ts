import { ACTIONS } from '@telepat/otto-protocol';
import { requireAllowedUrl } from '../allowed-url.js';
import { nodeAction } from '../node-action.js';
import { requireTab } from '../source-page.js';

/** Loads a URL in a tab. */
export const navigateTab = nodeAction(
  ACTIONS['primitive.tab.navigate'],
  async ({ tabSessionId, url, waitUntil = 'domcontentloaded' }, { signal, tools }) => {
    requireAllowedUrl(url);
    const tab = requireTab(tabSessionId, tools);
    const { status } = await tab.page.navigate({ url, waitUntil, signal });
    const title = await tab.page.title();
    return {
      tabSessionId: tab.tabSessionId,
      url: tab.page.url(),
      ...(title === '' ? {} : { title }),
      ...(status === undefined ? {} : { status }),
    };
  },
);
