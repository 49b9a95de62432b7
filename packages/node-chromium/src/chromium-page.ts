import { OttoError } from '@telepat/otto-protocol';
import type {
  ConsoleMessage,
  DriverPage,
  InterceptOptions,
  InterceptWatcher,
  Interception,
  PageContent,
  PageInput,
  PageSnapshot,
  PdfOptions,
  Screenshot,
  ScreenshotOptions,
  WaitCondition,
} from '@telepat/otto-node-runtime';
import { askShownPage } from './ask-shown-page.js';
import { ElementRefs } from './element-refs.js';
import { evaluateInPage } from './evaluate-in-page.js';
import { namedFailure } from './named-failure.js';
import { endPage } from './end-page.js';
import { newLife } from './new-life.js';
import { PageBody } from './page-body.js';
import { PageConsole } from './page-console.js';
import type { HistoryMove } from './page-history.js';
import type { ReadableKind } from './page-reader.js';
import { takeScreenshot } from './take-screenshot.js';
import { takeSnapshot, type SnapshotOptions } from './take-snapshot.js';
import type { LoadEnd } from './page-navigator.js';
import { abortReason, until, within } from './until.js';
import { waitForCondition } from './wait-for-condition.js';
import { pageOpener } from './page-opener.js';
import { printPdf } from './print-pdf.js';
import type { TabArrival } from './tab-arrivals.js';
import type { TabParts } from './tab-parts.js';
import { targetTitle } from './target-title.js';

/**
 * One tab of a Chromium. Whatever the page does, each method ends at the latest when its signal aborts or the tab
 * goes.
 */
export class ChromiumPage implements DriverPage {
  readonly tabId: number;
  readonly #refs = new ElementRefs();
  readonly #console = new PageConsole();
  #wasVisible = false;
  /** Aborted when the tab is gone for good. */
  readonly #life = newLife();
  /** Aborted when the page crashes; what comes after it has a new one. */
  #pageLife = newLife();
  #body: PageBody;
  /** Until it resolves, the page is not followed yet. */
  #begun: Promise<void> = Promise.resolve();
  readonly #parts: TabParts;

  constructor(tabId: number, arrival: TabArrival, parts: TabParts) {
    this.tabId = tabId;
    this.#parts = parts;
    this.#body = new PageBody({ ...arrival, ...parts, refs: this.#refs });
  }

  /** Starts to follow the page; what needs that waits for it. */
  begin(): Promise<void> {
    this.#begun = this.#follow(this.#body);
    return this.#begun;
  }

  /** Starts to follow a pop-up; resolves when it is, or cannot be for now: it shows a dialog, or is busy. */
  async appear(): Promise<void> {
    await within(APPEAR_MS_MAX, this.#body.dialogs.unlessOpen(this.begin()), this.#signals());
  }

  async #follow(body: PageBody): Promise<void> {
    this.#console.begin(body.page);
    const opener = pageOpener(body, { ...this.#parts, life: this.#life.signal });
    this.#parts.popups.adopt(body.targetId, opener);
    const ifCurrent = (run: () => void) => (): void => {
      if (this.#body === body) run();
    };
    await body.begin({
      onClosed: ifCurrent(() => this.#onClosed()),
      onCrashed: ifCurrent(() => this.#onCrashed()),
    });
  }

  url(): string {
    return this.#body.documents.url;
  }

  async title(): Promise<string> {
    const { title } = (await this.#facts()) ?? {};
    if (title !== undefined || !this.#body.dialogs.isOpen) return title ?? '';
    return this.#guard(until(targetTitle(this.#body.session), this.#signals()));
  }

  async isActive(): Promise<boolean> {
    const { isVisible } = (await this.#facts()) ?? {};
    if (isVisible === undefined) return this.#body.dialogs.isOpen && this.#wasVisible;
    this.#wasVisible = isVisible;
    return isVisible;
  }

  /** Loads an address, also after a crash. */
  async navigate(options: NavigateOptions): Promise<{ status?: number }> {
    const { status } = await this.load(options);
    return status === undefined ? {} : { status };
  }

  /** Like `navigate`, and says whether the address is a download. */
  async load({ url, waitUntil, signal }: NavigateOptions): Promise<LoadEnd> {
    if (this.#hasCrashed) await this.#revive(signal);
    await this.#whenFollowed(signal);
    return this.#guard(this.#body.navigator.go({ url, waitUntil, signals: this.#signals(signal) }));
  }

  async text({ selector, signal }: { selector: string; signal: AbortSignal }): Promise<string> {
    return (await this.#read('text', selector, signal)).content;
  }

  content({ kind, selector, signal }: ContentOptions): Promise<PageContent> {
    return this.#read(kind, selector, signal);
  }

  /** Through the history, or the same page again; the latter also after a crash. */
  async move({ to, signal }: { to: HistoryMove; signal: AbortSignal }): Promise<void> {
    if (to === 'reload' && this.#hasCrashed) {
      await this.navigate({ url: this.url(), waitUntil: 'domcontentloaded', signal });
      return;
    }
    await this.#whenFollowed(signal);
    await this.#guard(this.#body.navigator.move(to, this.#signals(signal)));
  }

  async activate(): Promise<void> {
    await this.#guard(until(this.#body.session.send('Page.bringToFront'), this.#signals()));
  }

  async snapshot(options: SnapshotOptions): Promise<PageSnapshot> {
    await this.#whenReadable(this.#signals(options.signal));
    const { page, session } = this.#body;
    // Asked first, it is answered first: the outline of a large page takes its time.
    const facts = this.#facts().catch(notTold);
    const outline = await this.#guard(takeSnapshot({ page, session, refs: this.#refs }, options));
    return { title: (await facts)?.title ?? (await this.title()), ...outline };
  }

  async pdf({ signal, ...options }: PdfOptions): Promise<Uint8Array> {
    const signals = this.#signals(signal);
    await this.#whenReadable(signals);
    const { session, documents } = this.#body;
    return this.#guard(askShownPage(() => printPdf(session, { ...options, signals }), { documents, signals }));
  }

  console(): { messages: readonly ConsoleMessage[]; droppedCount: number } {
    return this.#console.read();
  }

  async evaluate({ expression, arg, signal }: EvaluateOptions): Promise<unknown> {
    const signals = this.#signals(signal);
    await this.#whenReadable(signals);
    return this.#guard(evaluateInPage(this.#body.session, { expression, arg, signal, signals }));
  }

  async act(input: PageInput, { waitMs, signal }: ActOptions): Promise<{ title: string }> {
    const signals = this.#signals(signal);
    const whenThere = (): Promise<void> => this.#whenThere(signals);
    const told = await this.#guard(this.#body.actor.act(input, { waitMs, signal, signals, whenThere }));
    return { title: told.title ?? (await this.title()) };
  }

  async waitFor(condition: WaitCondition, { signal, onPart = () => {} }: WaitOptions): Promise<void> {
    await this.#whenFollowed(signal);
    const { documents, settling, search } = this.#body;
    const world = { documents, settling, search };
    await this.#guard(waitForCondition(condition, { ...world, signals: this.#signals(signal), onPart }));
  }

  async intercept(options: InterceptOptions, watcher: InterceptWatcher): Promise<Interception> {
    await this.#whenFollowed();
    return this.#guard(this.#body.network.intercept(options, watcher, this.#signals()));
  }

  async screenshot(options: ScreenshotOptions): Promise<Screenshot> {
    const signals = this.#signals(options.signal);
    await this.#whenReadable(signals);
    const { session, finder, documents } = this.#body;
    const page = { session, finder, signal: options.signal, signals };
    return this.#guard(askShownPage(() => takeScreenshot(page, options), { documents, signals }));
  }

  async close(): Promise<void> {
    const showsDialog = this.#body.dialogs.showsOwn;
    this.#body.dialogs.leave();
    this.#onClosed();
    await endPage(this.#body, { showsDialog });
  }

  #onClosed(): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort(new OttoError('tab_closed'));
    this.#body.end('tab_closed');
    this.#parts.watcher.gone('tab_closed');
  }

  #onCrashed(): void {
    if (this.#hasCrashed || this.#life.signal.aborted) return;
    this.#pageLife.abort(new OttoError('tab_crashed'));
    this.#body.end('tab_crashed');
    this.#parts.watcher.gone('tab_crashed');
  }

  get #hasCrashed(): boolean {
    return this.#pageLife.signal.aborted;
  }

  /** Gives the tab another page, in the place of the one that crashed. */
  async #revive(signal: AbortSignal): Promise<void> {
    const signals = [this.#life.signal, signal];
    const renewing = this.#parts.renew();
    const arrival = await until(renewing, signals).catch((error: unknown) => {
      renewing.then(({ page }) => page.close()).catch(alreadyGone);
      throw namedFailure(error);
    });
    const crashed = this.#body.page;
    this.#body = new PageBody({ ...arrival, ...this.#parts, refs: this.#refs });
    this.#pageLife = newLife();
    crashed.close().catch(alreadyGone);
    await this.#guard(this.begin());
  }

  #signals(...given: AbortSignal[]): AbortSignal[] {
    return [this.#life.signal, this.#pageLife.signal, ...given];
  }

  /** Undefined while the page is too busy to say, and while it stands still behind a dialog. */
  #facts(): Promise<{ title: string; isVisible: boolean } | undefined> {
    const signals = this.#signals();
    const asked = within(FACTS_MS_MAX, this.#body.reader.facts(signals), signals);
    return this.#guard(this.#body.dialogs.unlessOpen(asked));
  }

  async #read(kind: ReadableKind, selector: string | undefined, signal: AbortSignal): Promise<PageContent> {
    const signals = this.#signals(signal);
    await this.#whenReadable(signals);
    return this.#guard(this.#body.reader.content(kind, selector, signals));
  }

  /** The browser's own error page is nothing to read: what was asked for is not there. */
  async #whenReadable(signals: readonly AbortSignal[]): Promise<void> {
    await this.#guard(this.#whenThere(signals));
    if (this.url().startsWith('chrome-error:'))
      throw this.#body.navigator.failure ?? new OttoError('navigation_failed');
  }

  async #whenThere(signals: readonly AbortSignal[]): Promise<void> {
    await until(this.#begun, signals);
    await this.#body.navigator.settled(signals);
  }

  #whenFollowed(...given: AbortSignal[]): Promise<void> {
    return this.#guard(until(this.#begun, this.#signals(...given)));
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

/** A pop-up that is busy for longer is there all the same. */
const APPEAR_MS_MAX = 1_000;

/** What was to go is gone already: the page, or the browser. */
function alreadyGone(): void {}

/** It is asked again, and then says why. */
function notTold(): undefined {}

type NavigateOptions = Parameters<DriverPage['navigate']>[0];
type EvaluateOptions = Parameters<DriverPage['evaluate']>[0];
type WaitOptions = Parameters<DriverPage['waitFor']>[1];
type ContentOptions = Parameters<DriverPage['content']>[0];
type ActOptions = Parameters<DriverPage['act']>[1];
