import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import type { ManagedTab } from '../tab-registry.js';

/** Lists the caller's tabs; a caller without a name, which only the relay itself can be, sees all managed ones. */
export const queryTabs = nodeAction(
  ACTIONS['primitive.tab.query'],
  async ({ __controllerClientId: caller }, { tools }) => {
    const described = await Promise.all(tools.tabs.list(caller).map((tab) => describe(tab)));
    const present = described.filter((tab) => tab !== undefined);
    return {
      tabSessions: Object.fromEntries(present.map(({ tabSessionId, tabId }) => [tabSessionId, tabId])),
      tabs: present.map(({ tabId: _tabId, ...tab }) => tab),
    };
  },
);

/** What is known of a tab; undefined when it went away meanwhile. A crashed one is still there, without a title. */
async function describe({ tabSessionId, page, life, createdAt, openerTabSessionId }: ManagedTab) {
  const opener = openerTabSessionId === undefined ? {} : { openerTabSessionId };
  try {
    const [title, active] = await Promise.all([page.title(), page.isActive()]);
    const dialog = life.dialogs.shown;
    const shown = dialog === undefined ? {} : { dialog };
    return { tabSessionId, tabId: page.tabId, url: page.url(), title, active, createdAt, ...opener, ...shown };
  } catch (error) {
    if (!(error instanceof OttoError)) throw error;
    if (error.code === 'tab_closed') return undefined;
    return { tabSessionId, tabId: page.tabId, url: page.url(), title: '', active: false, createdAt, ...opener };
  }
}
