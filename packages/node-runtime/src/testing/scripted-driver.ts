import { OttoError, type ErrorCode } from '@telepat/otto-protocol';
import type { BrowserDriver, ContentKind, DriverPage, Screenshot, ScreenshotOptions, WaitUntil } from '../ports.js';

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

  async openPage({ url, signal }: { url?: string; waitUntil: WaitUntil; signal: AbortSignal }): Promise<DriverPage> {
    const page = new ScriptedPage(this.pages.length + 1, this.#site);
    if (url !== undefined) await page.navigate({ url, signal });
    this.pages.push(page);
    return page;
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

/** One tab in memory. */
export class ScriptedPage implements DriverPage {
  readonly tabId: number;
  isGone = false;
  /** The most that ever ran in this tab at once. */
  runningMax = 0;
  #running = 0;
  readonly #site: Readonly<Record<string, PageScript>>;
  #url = 'about:blank';
  #script: PageScript = {};
  #crashed = false;
  #hold: Hold | undefined;
  #onGone: (reason: 'tab_closed' | 'tab_crashed') => void = () => {};

  constructor(tabId: number, site: Readonly<Record<string, PageScript>>) {
    this.tabId = tabId;
    this.#site = site;
  }

  /**
   * Makes everything in this tab wait until the returned function is called. Unless `isStubborn`, work that is told to
   * stop stops.
   */
  hold({ isStubborn = false } = {}): () => void {
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#hold = { released, isStubborn };
    return () => {
      this.#hold = undefined;
      release();
    };
  }

  /** The page crashes; the tab stays. */
  crash(): void {
    this.#crashed = true;
    this.#onGone('tab_crashed');
  }

  url(): string {
    return this.#url;
  }

  async title(): Promise<string> {
    this.#requireAlive();
    return this.#script.title ?? '';
  }

  async isActive(): Promise<boolean> {
    this.#requireAlive();
    return false;
  }

  async navigate({ url, signal }: { url: string; signal: AbortSignal }): Promise<{ status?: number }> {
    await this.#turn(signal);
    if (url === 'about:blank') return this.#show(url, {});
    const script = this.#site[url];
    if (script === undefined) throw new OttoError('navigation_failed');
    return this.#show(url, script);
  }

  async text({ selector, signal }: { selector: string; signal: AbortSignal }): Promise<string> {
    await this.#turn(signal);
    return this.#part(selector === 'body' ? this.#script.text : this.#script.elements?.[selector]);
  }

  async content(options: { kind: ContentKind; selector?: string; signal: AbortSignal }): Promise<string> {
    await this.#turn(options.signal);
    if (options.selector !== undefined) return this.#part(this.#script.elements?.[options.selector]);
    return this.#script[options.kind] ?? '';
  }

  async screenshot({ selector, maxBytes, signal }: ScreenshotOptions): Promise<Screenshot> {
    await this.#turn(signal);
    if (selector !== undefined) this.#part(this.#script.elements?.[selector]);
    const bytes = this.#script.picture ?? new Uint8Array([1, 2, 3]);
    if (bytes.byteLength > maxBytes) throw new OttoError('screenshot_too_large');
    return { bytes, width: 4, height: 3, downscaled: false };
  }

  async close(): Promise<void> {
    this.#requireOpen();
    this.isGone = true;
    this.#onGone('tab_closed');
  }

  onGone(run: (reason: 'tab_closed' | 'tab_crashed') => void): void {
    this.#onGone = run;
  }

  #show(url: string, script: PageScript): { status?: number } {
    if (script.fails !== undefined) throw new OttoError(script.fails);
    if (script.breaks !== undefined) throw script.breaks;
    this.#crashed = false;
    this.#url = url;
    this.#script = script;
    return { status: script.status ?? 200 };
  }

  async #turn(signal: AbortSignal): Promise<void> {
    this.#running += 1;
    this.runningMax = Math.max(this.runningMax, this.#running);
    try {
      await this.#heldUp(signal);
    } finally {
      this.#running -= 1;
    }
  }

  async #heldUp(signal: AbortSignal): Promise<void> {
    this.#requireOpen();
    const hold = this.#hold;
    if (hold === undefined) return;
    const stopped = new Promise<void>((_resolve, reject) => {
      if (!hold.isStubborn) signal.addEventListener('abort', () => reject(new OttoError('command_cancelled')));
    });
    await Promise.race([hold.released, stopped]);
    this.#requireOpen();
  }

  #part(text: string | undefined): string {
    this.#requireAlive();
    if (text === undefined) throw new OttoError('element_not_found');
    return text;
  }

  #requireOpen(): void {
    if (this.isGone) throw new OttoError('tab_closed');
  }

  #requireAlive(): void {
    this.#requireOpen();
    if (this.#crashed) throw new OttoError('tab_crashed');
  }
}

/** What a page in memory shows. */
export interface PageScript {
  readonly title?: string;
  readonly status?: number;
  readonly text?: string;
  readonly raw_html?: string;
  readonly clean_html?: string;
  readonly markdown?: string;
  /** Text and HTML of an element, by selector. */
  readonly elements?: Readonly<Record<string, string>>;
  readonly picture?: Uint8Array;
  /** Loading it fails with this code. */
  readonly fails?: ErrorCode;
  /** Loading it meets a bug in the driver. */
  readonly breaks?: Error;
}

interface Hold {
  readonly released: Promise<void>;
  readonly isStubborn: boolean;
}
