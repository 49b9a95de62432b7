import { ACTIONS } from '@telepat/otto-protocol';
import { requireAllowedUrl } from '../allowed-url.js';
import { nodeAction } from '../node-action.js';
import { closePage, openPage } from '../page-life.js';
import type { DriverPage } from '../ports.js';
import { TabLife } from '../tab-life.js';

/** Opens a tab for the caller; when anything fails, no tab is left. */
export const openTab = nodeAction(
  ACTIONS['primitive.tab.open'],
  async ({ url, waitUntil = 'none', __controllerClientId: owner }, call) => {
    const { tabs } = call.tools;
    if (url !== undefined) requireAllowedUrl(url);
    const freePlace = tabs.takePlace(owner);
    try {
      const life = new TabLife();
      const page = await openPage({ ...(url === undefined ? {} : { url }), waitUntil, watcher: life }, call);
      const title = await titleOrClose(page);
      const { tabSessionId } = tabs.add(page, { life, owner, freePlace });
      return { tabSessionId, tabId: page.tabId, url: page.url(), ...(title === '' ? {} : { title }) };
    } catch (error) {
      freePlace();
      throw error;
    }
  },
  { undoesFailure: true },
);

async function titleOrClose(page: DriverPage): Promise<string> {
  try {
    return await page.title();
  } catch (error) {
    await closePage(page);
    throw error;
  }
}
