import type { SCREENSHOT_FORMATS, SCREENSHOT_MODES, WAIT_UNTIL } from '@telepat/otto-protocol';

/** Drives the tabs of one browser. Everything that it starts ends with `close`. */
export interface BrowserDriver {
  /** Opens a background tab. Rejects with an OttoError (`navigation_failed`, `tab_crashed`) and leaves no tab then. */
  openPage(options: { url?: string; waitUntil: WaitUntil; signal: AbortSignal }): Promise<DriverPage>;
  close(): Promise<void>;
}

/**
 * One tab. Every method rejects with an OttoError: `tab_closed`, `tab_crashed`, `navigation_failed`,
 * `element_not_found`, `invalid_action_input`, `script_failed`, `screenshot_too_large`. An aborted `signal` stops the work.
 */
export interface DriverPage {
  readonly tabId: number;
  url(): string;
  title(): Promise<string>;
  isActive(): Promise<boolean>;
  navigate(options: { url: string; waitUntil: WaitUntil; signal: AbortSignal }): Promise<{ status?: number }>;
  /** Visible text of the first match. */
  text(options: { selector: string; signal: AbortSignal }): Promise<string>;
  /** HTML of the first match, or of the whole document. */
  content(options: { kind: ContentKind; selector?: string; signal: AbortSignal }): Promise<string>;
  screenshot(options: ScreenshotOptions): Promise<Screenshot>;
  /** Ends the tab at once, whatever runs in it. */
  close(): Promise<void>;
  /** Told of each crash of its page, and at last when the tab is gone for good. */
  onGone(run: (reason: 'tab_closed' | 'tab_crashed') => void): void;
}

export type WaitUntil = (typeof WAIT_UNTIL)[number];
export type ContentKind = 'raw_html' | 'clean_html' | 'markdown';

export interface ScreenshotOptions {
  readonly mode: (typeof SCREENSHOT_MODES)[number];
  readonly selector?: string;
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

/** What a node must remember over a restart: small texts by key. */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** Resolves when it is durable. */
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}
