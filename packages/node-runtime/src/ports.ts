import type {
  CONSOLE_LEVELS,
  ELEMENT_STATES,
  HttpInterceptUpdate,
  INTERCEPT_MODES,
  KEY_MODIFIERS,
  LOAD_STATES,
  MOUSE_BUTTONS,
  PDF_FORMATS,
  SCREENSHOT_FORMATS,
  SCREENSHOT_MODES,
  WAIT_UNTIL,
} from '@telepat/otto-protocol';

/** Drives the tabs of one browser. Everything that it starts ends with `close`. */
export interface BrowserDriver {
  /**
   * Opens a background tab. Rejects with an OttoError (`navigation_failed`, also when the address is a download, and
   * `tab_crashed`) and leaves no tab then.
   * `watcher` is told of everything from the first document on; a tab without one is `UNWATCHED`.
   */
  openPage(options: {
    url?: string;
    waitUntil: WaitUntil;
    watcher?: PageWatcher;
    signal: AbortSignal;
  }): Promise<DriverPage>;
  close(): Promise<void>;
}

/**
 * One tab. Every method rejects with an OttoError: `tab_closed`, `tab_crashed`, `navigation_failed`,
 * `element_not_found`, `element_not_actionable`, `stale_element_ref`, `invalid_action_input`, `script_failed`,
 * `screenshot_too_large`, `content_too_large`. An aborted `signal` stops the work; when its reason is `dialog_open`, only
 * the waiting for it, so that the page goes on where it stood when the dialog is answered. While a dialog is open, the
 * page stands still, and so does whatever needs an answer of it: whoever calls watches for dialogs and aborts. `url`,
 * `title`, `isActive`, `activate`, `console` and `close` answer all the same.
 */
export interface DriverPage {
  readonly tabId: number;
  url(): string;
  title(): Promise<string>;
  isActive(): Promise<boolean>;
  /** Loads an address. One that turns out to be a download leaves the page where it is. */
  navigate(options: { url: string; waitUntil: WaitUntil; signal: AbortSignal }): Promise<{ status?: number }>;
  /** Through the history, or the same page again; resolves when the document can be read. */
  move(options: { to: 'back' | 'forward' | 'reload'; signal: AbortSignal }): Promise<void>;
  /** Brings the tab to the front of its window. */
  activate(): Promise<void>;
  /** Visible text of the first match. */
  text(options: { selector: string; signal: AbortSignal }): Promise<string>;
  /** HTML or Markdown of the first match, or of the whole document. */
  content(options: { kind: ContentKind; selector?: string; signal: AbortSignal }): Promise<PageContent>;
  /** The accessibility tree as an outline. Its refs are good until the next snapshot. */
  snapshot(options: { maxNodes: number; interestingOnly: boolean; signal: AbortSignal }): Promise<PageSnapshot>;
  screenshot(options: ScreenshotOptions): Promise<Screenshot>;
  pdf(options: PdfOptions): Promise<Uint8Array>;
  /** The latest messages, oldest first. */
  console(): { readonly messages: readonly ConsoleMessage[]; readonly droppedCount: number };
  /** The value of an expression as JSON; one that is a function is called with `arg`. */
  evaluate(options: { expression: string; arg?: unknown; signal: AbortSignal }): Promise<unknown>;
  /**
   * Acts on the page like a person: waits until the element is attached, visible, stable and enabled (`waitMs` at the
   * most), scrolls it into view, and sends trusted events. Resolves when navigations, pop-ups and downloads that it
   * caused have begun, so that the watcher has been told of them, with the title that the page has then.
   */
  act(input: PageInput, options: { waitMs: number; signal: AbortSignal }): Promise<{ title: string }>;
  /**
   * Resolves when every condition that is given holds. It has no limit of its own: abort the signal. `onPart` is told
   * each part as it is looked at; the last one has not come yet.
   */
  waitFor(
    condition: WaitCondition,
    options: { signal: AbortSignal; onPart?: (name: keyof WaitCondition) => void },
  ): Promise<void>;
  /** Reports what the page loads, from now on until it is stopped. */
  intercept(options: InterceptOptions, watcher: InterceptWatcher): Promise<Interception>;
  /** Ends the tab at once, whatever runs in it. */
  close(): Promise<void>;
}

/** Is told what a tab does by itself. Nothing is told twice, and nothing after `gone('tab_closed')`. */
export interface PageWatcher {
  /** Each crash of its page, and at last when the tab is gone for good. */
  gone(reason: 'tab_closed' | 'tab_crashed'): void;
  /**
   * The page stands still until the dialog is answered. Not told: questions whether to leave a page that `navigate`,
   * `move` or `close` caused; they are answered with yes.
   */
  dialogOpened(dialog: DriverDialog): void;
  /** A dialog of another tab, whose watcher has it as its own, stops this page as well. It may be answered from here. */
  stoppedBy(dialog: DriverDialog): void;
  /** It was answered, wherever, or it went with its page. */
  dialogClosed(): void;
  downloadBegan(download: DriverDownload): void;
  /**
   * The browser makes a tab for a pop-up: gives who waits for it, or undefined, and then it is closed as soon as it
   * runs, whatever it has loaded by then.
   */
  popupComing(): ComingPopup | undefined;
}

/** A pop-up on its way, and whoever waits for it. */
export interface ComingPopup {
  /** Told of everything from its first document on. When it goes before it was there, only that it is gone. */
  readonly watcher: PageWatcher;
  /** Aborted when it is not wanted any more: then it is closed. */
  readonly signal: AbortSignal;
  /** It is there, as a tab. One that shows a dialog, or is busy, is there as well. */
  opened(page: DriverPage): void;
}

/** A dialog that waits. Both answers resolve when the page goes on, also when it was answered before. */
export interface DriverDialog {
  readonly type: 'alert' | 'confirm' | 'prompt' | 'beforeunload';
  readonly message: string;
  readonly defaultValue: string;
  /** Whether anybody has answered it, also if the page does not go on yet. */
  readonly isAnswered: boolean;
  accept(promptText?: string): Promise<void>;
  dismiss(): Promise<void>;
}

/** A file that a page made the browser download; it is kept until `discard`, which whoever watches calls in the end. */
export interface DriverDownload {
  readonly fileName: string;
  readonly url: string;
  /** Settles when it is complete or has failed; never rejects. */
  readonly ended: Promise<DownloadEnd>;
  /** What is there now, without waiting. */
  state(): DownloadEnd | { readonly state: 'in_progress' };
  /** The whole file; only of a completed one. */
  bytes(): Promise<Uint8Array>;
  /** Removes the file; one that is on its way is cancelled, and has failed. */
  discard(): Promise<void>;
}

export type DownloadEnd =
  | { readonly state: 'completed'; readonly byteLength: number; readonly mimeType: string }
  | { readonly state: 'failed'; readonly reason: string };

export type WaitUntil = (typeof WAIT_UNTIL)[number];
export type ContentKind = 'raw_html' | 'clean_html' | 'markdown' | 'readability';

export interface PageContent {
  readonly content: string;
  /** Of the page: whoever reads it needs not ask again. */
  readonly title: string;
  /** Of `readability`: the page is no article, and its clean HTML stands for it. */
  readonly fallbackUsed?: boolean;
}

export interface PageSnapshot {
  readonly title: string;
  readonly snapshot: string;
  readonly nodeCount: number;
  /** There were more nodes than asked for. */
  readonly truncated: boolean;
}

/** An element: by selector, in the main frame or else in the first frame that has it, or by the ref of a snapshot. */
export type ElementTarget = { readonly selector: string } | { readonly ref: string };

export interface ScreenshotOptions {
  readonly mode: (typeof SCREENSHOT_MODES)[number];
  readonly element?: ElementTarget;
  readonly format: (typeof SCREENSHOT_FORMATS)[number];
  readonly quality?: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Screenshot {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly downscaled: boolean;
}

export interface PdfOptions {
  readonly format: (typeof PDF_FORMATS)[number];
  readonly landscape: boolean;
  readonly printBackground: boolean;
  readonly signal: AbortSignal;
}

export interface ConsoleMessage {
  readonly level: (typeof CONSOLE_LEVELS)[number];
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** An exception that nobody caught, rather than a message. */
  readonly isPageError: boolean;
  readonly url?: string;
  readonly line?: number;
}

type KeyModifier = (typeof KEY_MODIFIERS)[number];

/** What a person can do to a page. Without a target, keys go where the focus is, and the page itself scrolls. */
export type PageInput =
  | {
      readonly kind: 'click';
      readonly target: ElementTarget;
      readonly button: (typeof MOUSE_BUTTONS)[number];
      readonly clickCount: number;
      readonly modifiers: readonly KeyModifier[];
    }
  | { readonly kind: 'hover'; readonly target: ElementTarget; readonly modifiers: readonly KeyModifier[] }
  | { readonly kind: 'type'; readonly target?: ElementTarget; readonly text: string; readonly delayMs: number }
  | { readonly kind: 'fill'; readonly target: ElementTarget; readonly value: string }
  | { readonly kind: 'press'; readonly target?: ElementTarget; readonly key: string }
  | { readonly kind: 'select'; readonly target: ElementTarget; readonly values: readonly string[] }
  | { readonly kind: 'check'; readonly target: ElementTarget; readonly checked: boolean }
  | { readonly kind: 'scroll'; readonly target?: ElementTarget; readonly dx: number; readonly dy: number }
  | { readonly kind: 'scroll_into_view'; readonly target: ElementTarget }
  | { readonly kind: 'drag'; readonly target: ElementTarget; readonly to: ElementTarget }
  | { readonly kind: 'upload'; readonly target: ElementTarget; readonly files: readonly UploadedFile[] };

export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface WaitCondition {
  readonly element?: { readonly selector: string; readonly state: (typeof ELEMENT_STATES)[number] };
  /** Some visible text that contains it, whatever its case, in any frame. */
  readonly text?: string;
  /** A glob over the whole address, or the address itself. */
  readonly url?: string;
  readonly loadState?: (typeof LOAD_STATES)[number];
}

export interface InterceptOptions {
  readonly mode: (typeof INTERCEPT_MODES)[number];
  /**
   * Whether a page at `pageUrl` may be heard asking for `url`. A document that a tab is to show is asked for by its own
   * address: the page before it has no part in it.
   */
  wantsRequest(url: string, pageUrl: string): boolean;
  wantsType(mimeType: string): boolean;
  /** The globs of `wantsRequest`, for a browser that can leave out most of the others by itself; none: every address. */
  readonly urlPatterns: readonly string[];
  readonly includeBody: boolean;
  readonly includeHeaders: boolean;
  readonly maxBodyBytes: number;
}

/** What was captured, without the names that the node adds. Its headers are as they came. */
export type CapturedResponse = Omit<
  HttpInterceptUpdate,
  'eventId' | 'tabSessionId' | 'site' | 'emittedAt' | 'missedCount'
>;

export interface InterceptWatcher {
  captured(updateType: 'network.response' | 'network.error', response: CapturedResponse): void;
  /** So many could not be followed, because the page asked for too much at once. */
  missed(count: number): void;
  /** Nothing more will come. */
  detached(reason: 'tab_closed' | 'tab_crashed'): void;
}

export interface Interception {
  /** Resolves when nothing more is captured and no request is held. */
  stop(): Promise<void>;
}

/** What a node must remember over a restart: small texts by key. */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** Resolves when it is durable. */
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}
