import { OttoError } from '@telepat/otto-protocol';
import type {
  CapturedResponse,
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
} from '../ports.js';
import { untilAborted } from '../until-aborted.js';
import type { PageScript } from './page-script.js';
import { ScriptedDialog, type DialogScript } from './scripted-dialog.js';
import { ScriptedDownload } from './scripted-download.js';

/** One tab in memory. */
export class ScriptedPage implements DriverPage {
  readonly tabId: number;
  watcher: PageWatcher | undefined;
  isGone = false;
  isFront = false;
  /** The most that ever ran in this tab at once. */
  runningMax = 0;
  /** What was done to the page, in order. */
  readonly inputs: PageInput[] = [];
  /** How long each of them might wait for the page. */
  readonly waitsMs: number[] = [];
  readonly waits: WaitCondition[] = [];
  /** What is intercepted now. */
  readonly interceptions = new Map<InterceptWatcher, InterceptOptions>();
  readonly #site: Readonly<Record<string, PageScript>>;
  #url = 'about:blank';
  #script: PageScript = {};
  #crashed = false;
  #hold: Hold | undefined;
  #running = 0;
  /** Ends the dialog that is open. */
  #dialogGone: () => void = () => {};
  #past: string[] = [];

  constructor(tabId: number, site: Readonly<Record<string, PageScript>>, watcher: PageWatcher | undefined) {
    this.tabId = tabId;
    this.#site = site;
    this.watcher = watcher;
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
    this.#dialogGone();
    this.#detach('tab_crashed');
    this.watcher?.gone('tab_crashed');
  }

  /** The page shows a dialog; until it is answered, everything in this tab waits. */
  openDialog(script: DialogScript): ScriptedDialog {
    const release = this.hold();
    this.#dialogGone = () => {
      this.#dialogGone = () => {};
      release();
      this.watcher?.dialogClosed();
    };
    const dialog = new ScriptedDialog(script, () => this.#dialogGone());
    this.watcher?.dialogOpened(dialog);
    return dialog;
  }

  /** The page makes the browser download something. */
  download(script: ConstructorParameters<typeof ScriptedDownload>[0] = {}): ScriptedDownload {
    const download = new ScriptedDownload(script);
    this.watcher?.downloadBegan(download);
    return download;
  }

  /** The page loads something: whoever wants to hear of it does. */
  respond(response: Partial<CapturedResponse> = {}): void {
    const whole: CapturedResponse = { ...A_RESPONSE, ...response };
    for (const [watcher, { wantsRequest, wantsType }] of this.interceptions) {
      if (!wantsRequest(whole.url, this.#url) || !wantsType(whole.mimeType)) continue;
      watcher.captured('network.response', whole);
    }
  }

  /** It shows what is at this address, without anybody having sent it there. */
  show(url: string): void {
    this.#show(url, this.#site[url] ?? {});
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
    return this.isFront;
  }

  async navigate({ url, signal }: { url: string; signal: AbortSignal }): Promise<{ status?: number }> {
    await this.#turn(signal);
    const target = this.#site[url]?.redirectsTo ?? url;
    if (this.#site[target]?.isDownload === true) {
      this.download({ url: target });
      return {};
    }
    const status = target === 'about:blank' ? this.#show(target, {}) : this.#show(target, this.#site[target]);
    this.#past.push(target);
    this.#script.onLoad?.(this);
    // What the page did while it loaded, such as showing a dialog, stops it from here on.
    await this.#turn(signal);
    return status;
  }

  async move({ to, signal }: { to: 'back' | 'forward' | 'reload'; signal: AbortSignal }): Promise<void> {
    await this.#turn(signal);
    if (to === 'back') this.#past.pop();
    const url = this.#past.at(-1);
    if (to === 'forward' || url === undefined) throw new OttoError('navigation_failed', { effect: 'none' });
    this.#show(url, this.#site[url]);
  }

  async activate(): Promise<void> {
    this.#requireAlive();
    this.isFront = true;
  }

  async text({ selector, signal }: { selector: string; signal: AbortSignal }): Promise<string> {
    await this.#turn(signal);
    return this.#part(selector === 'body' ? this.#script.text : this.#script.elements?.[selector]);
  }

  async content(options: { kind: ContentKind; selector?: string; signal: AbortSignal }): Promise<PageContent> {
    await this.#turn(options.signal);
    const { title = '', elements } = this.#script;
    if (options.selector !== undefined) return { title, content: this.#part(elements?.[options.selector]) };
    return { title, content: this.#script[options.kind] ?? '' };
  }

  async snapshot({ maxNodes, signal }: { maxNodes: number; signal: AbortSignal }): Promise<PageSnapshot> {
    await this.#turn(signal);
    const { title = '', snapshot = '' } = this.#script;
    const lines = snapshot.split('\n');
    const shown = lines.slice(0, maxNodes);
    return { title, snapshot: shown.join('\n'), nodeCount: shown.length, truncated: lines.length > maxNodes };
  }

  async screenshot({ element, maxBytes, signal }: ScreenshotOptions): Promise<Screenshot> {
    await this.#turn(signal);
    if (element !== undefined && 'selector' in element) this.#part(this.#script.elements?.[element.selector]);
    const bytes = this.#script.picture ?? new Uint8Array([1, 2, 3]);
    if (bytes.byteLength > maxBytes) throw new OttoError('screenshot_too_large');
    return { bytes, width: 4, height: 3, downscaled: false };
  }

  async pdf({ signal }: PdfOptions): Promise<Uint8Array> {
    await this.#turn(signal);
    return this.#script.pdf ?? new Uint8Array([37, 80, 68, 70]);
  }

  console(): { messages: readonly ConsoleMessage[]; droppedCount: number } {
    return { messages: this.#script.console ?? [], droppedCount: 0 };
  }

  async evaluate({ expression, signal }: Parameters<DriverPage['evaluate']>[0]): Promise<unknown> {
    await this.#turn(signal);
    return this.#script.values?.[expression];
  }

  async act(input: PageInput, { waitMs, signal }: { waitMs: number; signal: AbortSignal }): Promise<{ title: string }> {
    await this.#turn(signal);
    this.inputs.push(input);
    this.waitsMs.push(waitMs);
    this.#script.onInput?.(input, this);
    // What the input made the page do, such as showing a dialog, stops it from here on.
    await this.#turn(signal);
    return { title: this.#script.title ?? '' };
  }

  async waitFor(condition: WaitCondition, { signal }: Parameters<DriverPage['waitFor']>[1]): Promise<void> {
    await this.#turn(signal);
    this.waits.push(condition);
    if (this.#script.neverLoads === true) await untilAborted(new Promise(() => {}), signal);
  }

  async intercept(options: InterceptOptions, watcher: InterceptWatcher): Promise<Interception> {
    await this.#turn(NEVER_ABORTED);
    this.#requireAlive();
    this.interceptions.set(watcher, options);
    return {
      stop: () => {
        this.interceptions.delete(watcher);
        return Promise.resolve();
      },
    };
  }

  async close(): Promise<void> {
    this.#requireOpen();
    this.isGone = true;
    this.#detach('tab_closed');
    this.watcher?.gone('tab_closed');
  }

  #detach(reason: 'tab_closed' | 'tab_crashed'): void {
    for (const watcher of this.interceptions.keys()) watcher.detached(reason);
    this.interceptions.clear();
  }

  #show(url: string, script: PageScript | undefined): { status?: number } {
    if (script === undefined) throw new OttoError('navigation_failed');
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
      const stop = (): void => reject(new OttoError('command_cancelled'));
      if (hold.isStubborn) return;
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
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

const NEVER_ABORTED = new AbortController().signal;

const A_RESPONSE: CapturedResponse = {
  url: 'https://a.test/items',
  method: 'GET',
  status: 200,
  mimeType: 'application/json',
  requestId: '1',
  captureSource: 'network',
  body: '[]',
};

interface Hold {
  readonly released: Promise<void>;
  readonly isStubborn: boolean;
}
