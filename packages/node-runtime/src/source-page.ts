import { OttoError } from '@telepat/otto-protocol';
import { requireAllowedUrl } from './allowed-url.js';
import type { ActionCall, ActionTools } from './node-action.js';
import { closePage, openPage } from './page-life.js';
import type { DriverPage, WaitUntil } from './ports.js';
import { readTab } from './read-tab.js';
import { TabLife } from './tab-life.js';
import type { ManagedTab } from './tab-registry.js';
import { whenLoaded } from './when-loaded.js';

/**
 * Reads from the tab that is named, or from a temporary one at `url` that is closed again whatever happens. While a
 * dialog is open in the tab, nothing can be read; in a temporary one, dialogs are dismissed as they come.
 *
 * `read` must use the call that it is given, not the one around it.
 *
 * @throws OttoError `invalid_action_input` when not exactly one of both is given, `dialog_open`.
 */
export async function withSourcePage<T>(
  { tabSessionId, url, __controllerClientId: owner }: PageSource,
  call: ActionCall,
  read: (page: DriverPage, named: { tabSessionId?: string }, guarded: ActionCall) => Promise<T>,
): Promise<T> {
  if ((tabSessionId === undefined) === (url === undefined)) {
    const message = 'Give either a tabSessionId or a url.';
    throw new OttoError('invalid_action_input', { message, effect: 'none' });
  }
  if (url === undefined) {
    const tab = requireTab(tabSessionId, call.tools);
    const named = { tabSessionId: tab.tabSessionId };
    return readTab(tab, call, (page, guarded) => read(page, named, guarded));
  }
  return withTemporaryPage({ url, waitUntil: 'domcontentloaded', owner }, call, async (page) => {
    await whenLoaded(page, call);
    return read(page, {}, call);
  });
}

/**
 * Opens a tab at a page for the caller, and closes it again whatever happens. Its dialogs are dismissed and
 * its downloads discarded as they come, with a warning.
 *
 * @throws OttoError `navigation_failed` also when the address is a download.
 */
export async function withTemporaryPage<T>(
  { url, waitUntil, owner }: TemporaryPage,
  call: ActionCall,
  use: (page: DriverPage) => Promise<T>,
): Promise<T> {
  requireAllowedUrl(url);
  const freePlace = call.tools.tabs.takePlace(owner);
  const life = new TabLife({ clock: call.tools.clock });
  try {
    const page = await openPage({ url, waitUntil, watcher: life }, call);
    try {
      return await use(page);
    } finally {
      await closePage(page);
    }
  } finally {
    life.warnings.takeAll().forEach(call.warn);
    freePlace();
  }
}

/** The managed tab that a command names. */
export function requireTab(tabSessionId: string | undefined, tools: ActionTools): ManagedTab {
  if (tabSessionId !== undefined) return tools.tabs.require(tabSessionId);
  throw new OttoError('invalid_action_input', { message: 'tabSessionId is missing.', effect: 'none' });
}

/** Where an action reads from. */
export interface PageSource {
  readonly tabSessionId?: string | undefined;
  readonly url?: string | undefined;
  readonly __controllerClientId?: string | undefined;
}

interface TemporaryPage {
  readonly url: string;
  readonly waitUntil: WaitUntil;
  /** Whose tabs it counts among. */
  readonly owner: string | undefined;
}
