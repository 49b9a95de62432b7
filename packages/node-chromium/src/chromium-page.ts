import { OttoError } from '@telepat/otto-protocol';
import type { ContentKind, DriverPage, Screenshot, ScreenshotOptions, WaitUntil } from '@telepat/otto-node-runtime';
import type { CDPSession, Page } from 'playwright-core';
import { namedFailure } from './named-failure.js';
import { PageDocuments } from './page-documents.js';
import { PageNavigator } from './page-navigator.js';
import { PageReader, type ReadableKind } from './page-reader.js';
import { takeScreenshot } from './take-screenshot.js';
import { within } from './until.js';

/**
 * One tab of a Chromium. Whatever the page does, each method ends at the latest when its signal aborts or the tab
 * goes. Dialogs are dismissed at once, and downloads refused, by how the browser was launched.
 */
export class ChromiumPage implements DriverPage {
  readonly tabId: number;
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #navigator: PageNavigator;
  readonly #documents: PageDocuments;
  readonly #reader: PageReader;
  /** Aborted, with the reason, when the tab is gone. */
  readonly #life = new AbortController();

  constructor(tabId: number, page: Page, session: CDPSession) {
    this.tabId = tabId;
    this.#page = page;
    this.#session = session;
    this.#documents = new PageDocuments(session);
    this.#navigator = new PageNavigator(session, this.#documents);
    this.#reader = new PageReader(session);
  }

  /** Starts to follow the page; before it resolves, no other method may be called. */
  async begin(): Promise<void> {
    this.#page.once('close', () => this.#life.abort(new OttoError('tab_closed')));
    this.#page.once('crash', () => this.#life.abort(new OttoError('tab_crashed')));
    if (this.#page.isClosed()) this.#life.abort(new OttoError('tab_closed'));
    await this.#documents.begin();
  }

  url(): string {
    return this.#documents.url;
  }

  async title(): Promise<string> {
    const title = within(FACTS_MS_MAX, this.#reader.facts([this.#life.signal]), [this.#life.signal]);
    return (await this.#guard(title))?.title ?? '';
  }

  async isActive(): Promise<boolean> {
    const facts = within(FACTS_MS_MAX, this.#reader.facts([this.#life.signal]), [this.#life.signal]);
    return (await this.#guard(facts))?.isVisible ?? false;
  }

  navigate({ url, waitUntil, signal }: NavigateOptions): Promise<{ status?: number }> {
    const signals = [signal, this.#life.signal];
    return this.#guard(this.#navigator.go({ url, waitUntil, signals }));
  }

  text({ selector, signal }: { selector: string; signal: AbortSignal }): Promise<string> {
    return this.#read('text', selector, signal);
  }

  content({ kind, selector, signal }: ContentOptions): Promise<string> {
    return this.#read(kind, selector, signal);
  }

  async screenshot(options: ScreenshotOptions): Promise<Screenshot> {
    const signals = [options.signal, this.#life.signal];
    await this.#whenReadable(signals);
    const page = { session: this.#session, reader: this.#reader, signals };
    return this.#guard(takeScreenshot(page, options));
  }

  async close(): Promise<void> {
    this.#life.abort(new OttoError('tab_closed'));
    // A page whose script never ends is given half a second by the browser; ours is not to wait for it any longer.
    await within(CLOSE_MS_MAX, this.#page.close().catch(alreadyGone), []);
  }

  onGone(run: (reason: 'tab_closed' | 'tab_crashed') => void): void {
    const tell = (): void => {
      const reason: unknown = this.#life.signal.reason;
      run(reason instanceof OttoError && reason.code === 'tab_crashed' ? 'tab_crashed' : 'tab_closed');
    };
    if (this.#life.signal.aborted) queueMicrotask(tell);
    else this.#life.signal.addEventListener('abort', tell, { once: true });
  }

  async #read(kind: ReadableKind, selector: string | undefined, signal: AbortSignal): Promise<string> {
    const signals = [signal, this.#life.signal];
    await this.#whenReadable(signals);
    return this.#guard(this.#reader.content(kind, selector, signals));
  }

  /** The browser's own error page is nothing to read: what was asked for is not there. */
  async #whenReadable(signals: readonly AbortSignal[]): Promise<void> {
    await this.#guard(this.#navigator.settled(signals));
    if (this.url().startsWith('chrome-error:')) throw this.#navigator.failure ?? new OttoError('navigation_failed');
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      // What failed in a tab that is gone failed because it is gone.
      const { aborted, reason } = this.#life.signal;
      throw aborted && reason instanceof OttoError ? reason : namedFailure(error);
    }
  }
}

/** A page that is busy for longer has no title for now. */
const FACTS_MS_MAX = 1_000;

const CLOSE_MS_MAX = 2_000;

/** The page was closed by somebody else, or the browser ended: it is gone, as it should be. */
function alreadyGone(): void {}

interface NavigateOptions {
  readonly url: string;
  readonly waitUntil: WaitUntil;
  readonly signal: AbortSignal;
}

interface ContentOptions {
  readonly kind: ContentKind;
  readonly selector?: string;
  readonly signal: AbortSignal;
}
