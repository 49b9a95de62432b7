import { OttoError } from '@telepat/otto-protocol';
import type {
  ConsoleMessage,
  ContentKind,
  DriverPage,
  InterceptOptions,
  InterceptWatcher,
  Interception,
  PageContent,
  PageInput,
  PageSnapshot,
  PageWatcher,
  PdfOptions,
  Screenshot,
  ScreenshotOptions,
  WaitCondition,
  WaitUntil,
} from '@telepat/otto-node-runtime';
import type { CDPSession, Page } from 'playwright-core';
import { ElementFinder } from './element-finder.js';
import { ElementRefs } from './element-refs.js';
import { evaluateInPage } from './evaluate-in-page.js';
import { FrameSearch } from './frame-search.js';
import { namedFailure } from './named-failure.js';
import { newLife } from './new-life.js';
import { PageActor } from './page-actor.js';
import { PageConsole } from './page-console.js';
import { PageDialogs } from './page-dialogs.js';
import { PageDocuments } from './page-documents.js';
import type { HistoryMove } from './page-history.js';
import type { BodyBudget } from './network/body-budget.js';
import { PageNetwork } from './network/page-network.js';
import { PageNavigator } from './page-navigator.js';
import { PageReader, type ReadableKind } from './page-reader.js';
import { PageSettling } from './page-settling.js';
import { takeScreenshot } from './take-screenshot.js';
import { takeSnapshot, type SnapshotOptions } from './take-snapshot.js';
import { abortReason, until, within } from './until.js';
import { waitForCondition } from './wait-for-condition.js';
import { printPdf } from './print-pdf.js';
import { stopScripts } from './stop-scripts.js';
import { targetTitle } from './target-title.js';

/**
 * One tab of a Chromium. Whatever the page does, each method ends at the latest when its signal aborts or the tab
 * goes.
 */
export class ChromiumPage implements DriverPage {
  readonly tabId: number;
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #navigator: PageNavigator;
  readonly #documents: PageDocuments;
  readonly #reader: PageReader;
  readonly #settling: PageSettling;
  readonly #search: FrameSearch;
  readonly #refs = new ElementRefs();
  readonly #finder: ElementFinder;
  readonly #actor: PageActor;
  readonly #network: PageNetwork;
  readonly #console = new PageConsole();
  readonly #dialogs: PageDialogs;
  #wasVisible = false;
  /** Aborted when the tab is gone for good. */
  readonly #life = newLife();
  /** Aborted when the page crashes; the next navigation has a new one. */
  #pageLife = newLife();
  readonly #watcher: PageWatcher;

  constructor(tabId: number, { page, session, watcher, bodyBudget }: TabParts) {
    this.tabId = tabId;
    this.#watcher = watcher;
    this.#page = page;
    this.#session = session;
    this.#documents = new PageDocuments(session);
    this.#dialogs = new PageDialogs({ page, session, watcher });
    this.#navigator = new PageNavigator({ page, session, documents: this.#documents, dialogs: this.#dialogs });
    this.#reader = new PageReader(session);
    this.#settling = new PageSettling(session, this.#documents);
    this.#search = new FrameSearch(page);
    this.#finder = new ElementFinder({ page, refs: this.#refs, search: this.#search });
    const { documents, settling, finder } = {
      documents: this.#documents,
      settling: this.#settling,
      finder: this.#finder,
    };
    this.#actor = new PageActor({ page, session, documents, settling, finder });
    this.#network = new PageNetwork({
      budget: bodyBudget,
      openSession: () => page.context().newCDPSession(page),
      pageUrl: () => this.url(),
    });
  }

  /** Starts to follow the page; before it resolves, no other method may be called. */
  async begin(): Promise<void> {
    this.#page.once('close', () => this.#onClosed());
    if (this.#page.isClosed()) this.#onClosed();
    this.#console.begin(this.#page);
    this.#session.on('Inspector.targetCrashed', () => this.#onCrashed());
    this.#dialogs.begin();
    await this.#session.send('Inspector.enable');
    await this.#documents.begin();
    this.#settling.begin();
  }

  url(): string {
    return this.#documents.url;
  }

  async title(): Promise<string> {
    const { title } = (await this.#facts()) ?? {};
    if (title !== undefined || !this.#dialogs.isOpen) return title ?? '';
    return this.#guard(until(targetTitle(this.#session), this.#signals()));
  }

  async isActive(): Promise<boolean> {
    const { isVisible } = (await this.#facts()) ?? {};
    if (isVisible === undefined) return this.#dialogs.isOpen && this.#wasVisible;
    this.#wasVisible = isVisible;
    return isVisible;
  }

  /** Loads an address, also after a crash: the tab gets a new process then. */
  navigate({ url, waitUntil, signal }: NavigateOptions): Promise<{ status?: number }> {
    const hasCrashed = this.#pageLife.signal.aborted;
    if (hasCrashed) this.#pageLife = newLife();
    return this.#guard(this.#navigator.go({ url, waitUntil, hasCrashed, signals: this.#signals(signal) }));
  }

  async text({ selector, signal }: { selector: string; signal: AbortSignal }): Promise<string> {
    return (await this.#read('text', selector, signal)).content;
  }

  content({ kind, selector, signal }: ContentOptions): Promise<PageContent> {
    return this.#read(kind, selector, signal);
  }

  /** Through the history, or the same page again; this also helps after a crash. */
  move({ to, signal }: { to: HistoryMove; signal: AbortSignal }): Promise<void> {
    const hasCrashed = this.#pageLife.signal.aborted;
    if (hasCrashed) this.#pageLife = newLife();
    return this.#guard(this.#navigator.move(to, { hasCrashed, signals: this.#signals(signal) }));
  }

  async activate(): Promise<void> {
    await this.#guard(until(this.#session.send('Page.bringToFront'), this.#signals()));
  }

  async snapshot(options: SnapshotOptions): Promise<PageSnapshot> {
    await this.#whenReadable(this.#signals(options.signal));
    return this.#guard(takeSnapshot({ page: this.#page, session: this.#session, refs: this.#refs }, options));
  }

  async pdf({ signal, ...options }: PdfOptions): Promise<Uint8Array> {
    const signals = this.#signals(signal);
    await this.#whenReadable(signals);
    return this.#guard(printPdf(this.#session, { ...options, signals }));
  }

  console(): { messages: readonly ConsoleMessage[]; droppedCount: number } {
    return this.#console.read();
  }

  async evaluate({ expression, arg, signal }: EvaluateOptions): Promise<unknown> {
    const signals = this.#signals(signal);
    await this.#whenReadable(signals);
    return this.#guard(evaluateInPage(this.#session, { expression, arg, signal, signals }));
  }

  async act(input: PageInput, { waitMs, signal }: { waitMs: number; signal: AbortSignal }): Promise<void> {
    const signals = this.#signals(signal);
    const whenThere = (): Promise<void> => this.#navigator.settled(signals);
    await this.#guard(this.#actor.act(input, { waitMs, signal, signals, whenThere }));
  }

  waitFor(condition: WaitCondition, { signal, onPart = () => {} }: WaitOptions): Promise<void> {
    const world = { documents: this.#documents, settling: this.#settling, search: this.#search };
    return this.#guard(waitForCondition(condition, { ...world, signals: this.#signals(signal), onPart }));
  }

  async intercept(options: InterceptOptions, watcher: InterceptWatcher): Promise<Interception> {
    return this.#guard(this.#network.intercept(options, watcher, this.#signals()));
  }

  async screenshot(options: ScreenshotOptions): Promise<Screenshot> {
    const signals = this.#signals(options.signal);
    await this.#whenReadable(signals);
    const page = { session: this.#session, finder: this.#finder, signal: options.signal, signals };
    return this.#guard(takeScreenshot(page, options));
  }

  async close(): Promise<void> {
    const showsDialog = this.#dialogs.isOpen;
    this.#dialogs.leave();
    this.#onClosed();
    // A page whose script never ends is given half a second by the browser; ours is not to wait for it any longer.
    await within(CLOSE_MS_MAX, this.#end({ showsDialog }), []);
  }

  /** Closing a page while a frame in it shows a dialog crashes the browser, and one that was answered may ask again. */
  async #end({ showsDialog }: { showsDialog: boolean }): Promise<void> {
    if (showsDialog) await stopScripts(this.#page, this.#session);
    await this.#page.close().catch(alreadyGone);
  }

  #onClosed(): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort(new OttoError('tab_closed'));
    this.#network.detach('tab_closed');
    this.#dialogs.gone();
    this.#watcher.gone('tab_closed');
  }

  #onCrashed(): void {
    if (this.#pageLife.signal.aborted || this.#life.signal.aborted) return;
    this.#pageLife.abort(new OttoError('tab_crashed'));
    this.#network.detach('tab_crashed');
    this.#dialogs.gone();
    this.#watcher.gone('tab_crashed');
  }

  #signals(...given: AbortSignal[]): AbortSignal[] {
    return [this.#life.signal, this.#pageLife.signal, ...given];
  }

  /** Undefined while the page is too busy to say, and while it stands still behind a dialog. */
  #facts(): Promise<{ title: string; isVisible: boolean } | undefined> {
    const signals = this.#signals();
    const asked = within(FACTS_MS_MAX, this.#reader.facts(signals), signals);
    return this.#guard(this.#dialogs.unlessOpen(asked));
  }

  async #read(kind: ReadableKind, selector: string | undefined, signal: AbortSignal): Promise<PageContent> {
    const signals = this.#signals(signal);
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
      const gone = this.#signals().find((signal) => signal.aborted);
      throw gone === undefined ? namedFailure(error) : abortReason(gone);
    }
  }
}

/** A page that is busy for longer has no title for now. */
const FACTS_MS_MAX = 1_000;

const CLOSE_MS_MAX = 2_000;

/** What was to go is gone already: the page, or the browser. */
function alreadyGone(): void {}

/** A tab of playwright's, the DevTools session with it, and whom to tell of what it does. */
interface TabParts {
  readonly page: Page;
  readonly session: CDPSession;
  readonly watcher: PageWatcher;
  /** What bodies of intercepted responses may take of memory, in all tabs. */
  readonly bodyBudget: BodyBudget;
}

interface NavigateOptions {
  readonly url: string;
  readonly waitUntil: WaitUntil;
  readonly signal: AbortSignal;
}

interface EvaluateOptions {
  readonly expression: string;
  readonly arg?: unknown;
  readonly signal: AbortSignal;
}

interface WaitOptions {
  readonly signal: AbortSignal;
  readonly onPart?: (name: keyof WaitCondition) => void;
}

interface ContentOptions {
  readonly kind: ContentKind;
  readonly selector?: string;
  readonly signal: AbortSignal;
}
