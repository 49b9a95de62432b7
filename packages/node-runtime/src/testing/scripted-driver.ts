import { OttoError } from '@telepat/otto-protocol';
import type { BrowserDriver, DriverPage, PageWatcher, WaitUntil } from '../ports.js';
import { UNWATCHED } from '../unwatched.js';
import type { PageScript } from './page-script.js';
import { ScriptedPage } from './scripted-page.js';

/** A browser in memory: it knows the pages that it is given, and does what the test tells its tabs. */
export class ScriptedDriver implements BrowserDriver {
  /** Every tab that was ever opened, in order. */
  readonly pages: ScriptedPage[] = [];
  isClosed = false;
  readonly #site: Readonly<Record<string, PageScript>>;

  /** By URL; any other page cannot be loaded. */
  constructor(site: Readonly<Record<string, PageScript>> = {}) {
    this.#site = site;
  }

  async openPage({ url, watcher = UNWATCHED, signal }: OpenPageOptions): Promise<DriverPage> {
    const page = new ScriptedPage(this.pages.length + 1, this.#site, watcher);
    if (url !== undefined && this.#site[url]?.isDownload === true) throw new OttoError('navigation_failed');
    if (url !== undefined) await page.navigate({ url, signal });
    this.pages.push(page);
    return page;
  }

  /** A page of `opener` opens a pop-up; it is closed again when nobody takes it. */
  openPopup(opener: ScriptedPage, url: string): ScriptedPage {
    const { popup, arrive } = this.beginPopup(opener, url);
    arrive();
    return popup;
  }

  /** The same for one that takes its time: it is there when `arrive` is called, unless it went before. */
  beginPopup(opener: ScriptedPage, url: string): { popup: ScriptedPage; arrive: () => void } {
    const coming = opener.watcher?.popupComing();
    const popup = new ScriptedPage(this.pages.length + 1, this.#site, coming?.watcher);
    this.pages.push(popup);
    popup.show(url);
    if (coming === undefined) void popup.close();
    coming?.signal.addEventListener('abort', () => void popup.close(), { once: true });
    return { popup, arrive: () => (popup.isGone ? undefined : coming?.opened(popup)) };
  }

  /** The tabs that are open now. */
  get open(): ScriptedPage[] {
    return this.pages.filter((page) => !page.isGone);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.open.map((page) => page.close()));
  }
}

interface OpenPageOptions {
  readonly url?: string;
  readonly waitUntil: WaitUntil;
  readonly watcher?: PageWatcher;
  readonly signal: AbortSignal;
}
