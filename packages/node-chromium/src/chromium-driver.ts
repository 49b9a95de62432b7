import { OttoError } from '@telepat/otto-protocol';
import {
  UNWATCHED,
  type BrowserDriver,
  type ComingPopup,
  type PageWatcher,
  type WaitUntil,
} from '@telepat/otto-node-runtime';
import type { Page } from 'playwright-core';
import { ChromiumPage } from './chromium-page.js';
import type { BrowserDownloads } from './downloads/browser-downloads.js';
import { BodyBudget } from './network/body-budget.js';
import type { LaunchedChromium } from './launch-chromium.js';
import { loadFailure } from './load-failure.js';
import { namedFailure } from './named-failure.js';
import { newLife } from './new-life.js';
import { PageFamily } from './page-family.js';
import { PopupArrivals } from './popup-arrivals.js';
import { TabArrivals, type TabArrival } from './tab-arrivals.js';
import { until } from './until.js';

/**
 * Opens tabs in a Chromium. When the browser ends by itself (it crashed, or its window was closed), its tabs are gone,
 * and the next tab starts a new one. Pop-ups of our tabs are tabs, too, if their watcher wants them; tabs that a user
 * opened in a visible browser are left alone.
 */
export class ChromiumDriver implements BrowserDriver {
  readonly #launch: (signals: readonly AbortSignal[]) => Promise<LaunchedChromium>;
  /** Aborted when the driver is closed. */
  readonly #life = newLife();
  #browser: Promise<LaunchedChromium> | undefined;
  readonly #popups = new PopupArrivals((arrival, popup) => this.#presentPopup(arrival, popup));
  readonly #arrivals = new TabArrivals({ popups: this.#popups, leaveToUser: (page) => this.#leaveToUser(page) });
  readonly #bodyBudget = new BodyBudget();
  #lastTabId = 0;

  constructor(launch: (signals: readonly AbortSignal[]) => Promise<LaunchedChromium>) {
    this.#launch = launch;
  }

  /** Starts the browser now rather than with the first tab. */
  async begin(): Promise<void> {
    await this.#running();
  }

  async openPage({ url, waitUntil, watcher = UNWATCHED, signal }: OpenPageOptions): Promise<ChromiumPage> {
    const signals = [signal, this.#life.signal];
    const opening = this.#newPage(watcher);
    const page = await until(opening, signals).catch((error: unknown) => {
      // Nobody waits for this tab any more.
      opening.then((late) => late.close()).catch(neverOpened);
      throw namedFailure(error);
    });
    if (url === undefined) return page;
    try {
      const { isDownload } = await page.load({ url, waitUntil, signal });
      if (isDownload === true) throw loadFailure('net::ERR_ABORTED', { isDownload });
      return page;
    } catch (error) {
      await page.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#life.abort(new OttoError('tab_closed', { message: 'The browser was closed.' }));
    const browser = this.#browser;
    this.#browser = undefined;
    await browser?.then((launched) => launched.close()).catch(neverOpened);
  }

  async #newPage(watcher: PageWatcher): Promise<ChromiumPage> {
    const arrival = await this.#emptyTab();
    const { downloads } = await this.#running();
    const page = this.#pageIn(arrival, { watcher, downloads, family: new PageFamily() });
    await page.begin();
    return page;
  }

  /** One that nobody wants any more is closed, and so is one that went while it came up, if anything is left of it. */
  async #presentPopup(arrival: TabArrival, { coming, family }: Popup): Promise<void> {
    const browser = await this.#browser;
    if (browser === undefined) return coming.watcher.gone('tab_closed');
    const page = this.#pageIn(arrival, { watcher: coming.watcher, downloads: browser.downloads, family });
    const isThere = await page.appear().then(
      () => !coming.signal.aborted,
      () => false,
    );
    if (isThere) coming.opened(page);
    else await page.close();
  }

  #pageIn(arrival: TabArrival, world: PageWorld): ChromiumPage {
    return new ChromiumPage(++this.#lastTabId, arrival, {
      ...world,
      bodyBudget: this.#bodyBudget,
      popups: this.#popups,
      renew: () => this.#emptyTab(),
    });
  }

  async #emptyTab(): Promise<TabArrival> {
    const { session } = await this.#running();
    return this.#arrivals.expect(async () => {
      const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', background: true });
      return targetId;
    });
  }

  #leaveToUser(page: Page): void {
    this.#browser?.then(({ downloads }) => downloads.leaveToUser(page)).catch(neverOpened);
  }

  #running(): Promise<LaunchedChromium> {
    this.#life.signal.throwIfAborted();
    if (this.#browser !== undefined) return this.#browser;
    const starting = this.#launch([this.#life.signal]);
    this.#browser = starting;
    const forget = (): void => {
      if (this.#browser === starting) this.#browser = undefined;
    };
    starting.then((launched) => {
      this.#popups.follow(launched.session);
      // With these the browser has started.
      for (const page of launched.context.pages()) launched.downloads.leaveToUser(page);
      launched.context.on('page', (page) => void this.#arrivals.add(page));
      // Somebody listens, so that playwright leaves dialogs open: ours are answered by those who hear of them there,
      // and those of tabs that a user opened by the user.
      launched.context.on('dialog', () => undefined).on('dialogclosed', () => undefined);
      launched.context.once('close', () => {
        forget();
        this.#popups.ended();
        // If it ended by itself, its temporary files are still there.
        launched.close().catch(neverOpened);
      });
    }, forget);
    return starting;
  }
}

/** The browser or the tab is gone, so that there is nothing left to close. */
function neverOpened(): void {}

interface Popup {
  readonly coming: ComingPopup;
  readonly family: PageFamily;
}

interface PageWorld {
  readonly watcher: PageWatcher;
  readonly downloads: BrowserDownloads;
  /** The pages that may share its process. */
  readonly family: PageFamily;
}

interface OpenPageOptions {
  readonly url?: string;
  readonly waitUntil: WaitUntil;
  readonly watcher?: PageWatcher;
  readonly signal: AbortSignal;
}
