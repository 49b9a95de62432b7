import { OttoError } from '@telepat/otto-protocol';
import { UNWATCHED, type BrowserDriver, type PageWatcher, type WaitUntil } from '@telepat/otto-node-runtime';
import { ChromiumPage } from './chromium-page.js';
import { BodyBudget } from './network/body-budget.js';
import type { LaunchedChromium } from './launch-chromium.js';
import { loadFailure } from './load-failure.js';
import { namedFailure } from './named-failure.js';
import { newLife } from './new-life.js';
import { TabArrivals, type TabArrival } from './tab-arrivals.js';
import { until } from './until.js';

/**
 * Opens tabs in a Chromium. When the browser ends by itself (it crashed, or its window was closed), its tabs are gone,
 * and the next tab starts a new one. Pop-ups of our tabs are closed as they come; tabs that a user opened in a visible
 * browser are left alone.
 */
export class ChromiumDriver implements BrowserDriver {
  readonly #launch: (signals: readonly AbortSignal[]) => Promise<LaunchedChromium>;
  /** Aborted when the driver is closed. */
  readonly #life = newLife();
  #browser: Promise<LaunchedChromium> | undefined;
  readonly #arrivals = new TabArrivals();
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
    const renew = (): Promise<TabArrival> => this.#emptyTab();
    const { downloads } = await this.#running();
    const parts = { watcher, bodyBudget: this.#bodyBudget, downloads, renew };
    const page = new ChromiumPage(++this.#lastTabId, await renew(), parts);
    await page.begin();
    return page;
  }

  async #emptyTab(): Promise<TabArrival> {
    const { session } = await this.#running();
    return this.#arrivals.expect(async () => {
      const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', background: true });
      return targetId;
    });
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
      launched.context.on('page', (page) => void this.#arrivals.add(page));
      // Somebody listens, so that playwright leaves dialogs open: ours are answered by those who hear of them there,
      // and those of tabs that a user opened by the user.
      launched.context.on('dialog', () => undefined).on('dialogclosed', () => undefined);
      launched.context.once('close', () => {
        forget();
        // If it ended by itself, its temporary files are still there.
        launched.close().catch(neverOpened);
      });
    }, forget);
    return starting;
  }
}

/** The browser or the tab is gone, so that there is nothing left to close. */
function neverOpened(): void {}

interface OpenPageOptions {
  readonly url?: string;
  readonly waitUntil: WaitUntil;
  readonly watcher?: PageWatcher;
  readonly signal: AbortSignal;
}
