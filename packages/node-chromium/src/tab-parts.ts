import type { PageWatcher } from '@telepat/otto-node-runtime';
import type { BrowserDownloads } from './downloads/browser-downloads.js';
import type { BodyBudget } from './network/body-budget.js';
import type { PageFamily } from './page-family.js';
import type { PopupArrivals } from './popup-arrivals.js';
import type { TabArrival } from './tab-arrivals.js';

/** What a tab has beside its page. */
export interface TabParts {
  readonly watcher: PageWatcher;
  /** What bodies of intercepted responses may take of memory, in all tabs. */
  readonly bodyBudget: BodyBudget;
  readonly downloads: BrowserDownloads;
  readonly family: PageFamily;
  readonly popups: PopupArrivals;
  /** Opens an empty tab, in the place of one that crashed. */
  renew(): Promise<TabArrival>;
}
