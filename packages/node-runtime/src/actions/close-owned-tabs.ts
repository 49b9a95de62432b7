import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction } from '../node-action.js';
import type { DriverPage } from '../ports.js';

/** Closes every tab of a controller that left, whatever runs there. */
export const closeOwnedTabs = nodeAction(
  ACTIONS['primitive.tab.close_owned'],
  async ({ controllerClientId }, { requestId, tools }) => {
    const owned = tools.tabs.list(controllerClientId);
    // None of them opens another one any more while they are closed, one after another.
    tools.tabs.refusePopups(({ owner }) => owner === controllerClientId);
    const closed = await Promise.all(
      owned.map(async (tab) => {
        tools.stopTab(tab.tabSessionId, { except: requestId });
        const wasClosed = await isClosedByUs(tab.page);
        tools.tabs.forget(tab);
        return wasClosed;
      }),
    );
    const closedCount = closed.filter(Boolean).length;
    return {
      controllerClientId,
      closedCount,
      missingCount: owned.length - closedCount,
      totalOwnedSessions: owned.length,
    };
  },
);

async function isClosedByUs(page: DriverPage): Promise<boolean> {
  try {
    await page.close();
    return true;
  } catch {
    // Whatever is wrong with one tab must not keep the others open; the answer counts it as missing.
    return false;
  }
}
