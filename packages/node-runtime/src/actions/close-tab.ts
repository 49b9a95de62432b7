import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import { closePage } from '../page-life.js';
import { requireTab } from '../source-page.js';

/** Closes a tab; with `force` it does not wait for its turn, and what runs there ends with `tab_closed`. */
export const closeTab = nodeAction(
  ACTIONS['primitive.tab.close'],
  async ({ tabSessionId, force }, { requestId, tools }) => {
    const tab = requireTab(tabSessionId, tools);
    if (force) tools.stopTab(tab.tabSessionId, { except: requestId });
    tab.life.popups.refuse();
    await closePage(tab.page);
    tools.tabs.forget(tab);
    return { closed: true as const, tabSessionId: tab.tabSessionId };
  },
  { skipsLane: ({ force }) => force === true },
);
