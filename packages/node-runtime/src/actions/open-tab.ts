import { ACTIONS } from '@telepat/otto-protocol';
import { actOnTab } from '../act-on-tab.js';
import type { Acted } from '../acted-on.js';
import { requireAllowedUrl } from '../allowed-url.js';
import { nodeAction, type ActionCall } from '../node-action.js';
import { closePage, openPage } from '../page-life.js';
import type { WaitUntil } from '../ports.js';
import type { ManagedTab } from '../tab-registry.js';

/** Opens a tab for the caller; when anything fails, no tab is left. */
export const openTab = nodeAction(
  ACTIONS['primitive.tab.open'],
  async ({ url, waitUntil, __controllerClientId: owner }, call) => {
    if (url !== undefined) requireAllowedUrl(url);
    const place = call.tools.tabs.expect(owner);
    try {
      const tab = place.arrived(await openPage({ waitUntil: 'none', watcher: place.life }, call));
      const acted = await loadOrClose(tab, url === undefined ? undefined : { url, waitUntil }, call);
      call.tools.tabs.add(tab);
      return { ...acted, tabId: tab.page.tabId };
    } catch (error) {
      place.freePlace();
      throw error;
    }
  },
  { undoesFailure: true },
);

async function loadOrClose(
  tab: ManagedTab,
  address: { readonly url: string; readonly waitUntil: WaitUntil } | undefined,
  call: ActionCall,
): Promise<Acted> {
  try {
    return await actOnTab(tab, call, async (page, { signal }) => {
      if (address !== undefined) await page.navigate({ ...address, signal });
    });
  } catch (error) {
    tab.life.popups.refuse();
    call.tools.tabs.refusePopups(({ rootTabSessionId }) => rootTabSessionId === tab.tabSessionId);
    const popups = call.tools.tabs.popupsOf(tab);
    await Promise.all([tab, ...popups].map(({ page }) => closePage(page)));
    throw error;
  }
}
