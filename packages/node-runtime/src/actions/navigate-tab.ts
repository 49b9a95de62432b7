import { ACTIONS } from '@telepat/otto-protocol';
import { actOnTab } from '../act-on-tab.js';
import { requireAllowedUrl } from '../allowed-url.js';
import { nodeAction } from '../node-action.js';
import { requireTab } from '../source-page.js';

/** Loads a URL in a tab. */
export const navigateTab = nodeAction(
  ACTIONS['primitive.tab.navigate'],
  async ({ tabSessionId, url, waitUntil }, call) => {
    requireAllowedUrl(url);
    const tab = requireTab(tabSessionId, call.tools);
    return actOnTab(tab, call, (page, { signal }) => page.navigate({ url, waitUntil, signal }));
  },
);
