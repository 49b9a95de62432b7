import { OttoError, type ActionOutput } from '@telepat/otto-protocol';
import { tabActions, type TabActions } from './generated/tab-actions.js';
import type { RunAction, TabCommandOptions } from './run-action.js';
import type { LockOptions, TabLease } from './tab-lease.js';
import { withBytes, type WithBytes } from './with-bytes.js';

/** How long one try to close a tab at the end of its scope may take; there are two of them at most. */
export const DISPOSE_MS_MAX = 10_000;

/** A tab, on top of ways to run actions in it, to lock it and to reach other tabs of its node. */
export function tabOf(tabSessionId: string, { run, lock, other }: TabParts): Tab {
  const close: Tab['close'] = async ({ force = false, ...options } = {}) => {
    await run('primitive.tab.close', force ? { force } : {}, options);
  };
  return {
    ...tabActions(run),
    tabSessionId,
    lock: (options = {}) => lock(options),
    popup: (popup) => other(popup.tabSessionId),
    navigate: (url, { waitUntil = 'load', ...options } = {}) =>
      run('primitive.tab.navigate', { url, waitUntil }, options),
    text: async ({ selector, ...early } = {}, late = {}) =>
      (await run('primitive.dom.extract_text', given({ selector }), { ...early, ...late })).text,
    html: ({ selector, maxChars, ...early } = {}, late = {}) =>
      run('primitive.dom.extract_html', given({ selector, maxChars }), { ...early, ...late }),
    cleanHtml: ({ selector, maxChars, ...early } = {}, late = {}) =>
      run('primitive.dom.extract_clean_html', given({ selector, maxChars }), { ...early, ...late }),
    markdown: ({ selector, maxChars, ...early } = {}, late = {}) =>
      run('primitive.dom.extract_markdown', given({ selector, maxChars }), { ...early, ...late }),
    evaluate: async (expression, { arg, ...options } = {}) =>
      (await run('primitive.page.evaluate', { expression, ...given({ arg }) }, options)).value,
    download: async (downloadId, options = {}) =>
      withBytes('primitive.page.download', await run('primitive.page.download', { downloadId }, options)),
    close,
    [Symbol.asyncDispose]: () => closeAtLast(close),
  };
}

/** Closes a tab as far as that is possible, and never fails: an error would hide that of the block that ends. */
async function closeAtLast(close: Tab['close']): Promise<void> {
  const options = { force: true, retry: true, timeoutMs: DISPOSE_MS_MAX };
  try {
    await close(options);
  } catch (error) {
    // All other failures mean that the tab is gone, or that it is closed when the controller has left.
    if (wasLost(error)) await close(options).catch(() => {});
  }
}

/** Whether nobody knows if the command, or only its answer, was lost on the way. Closing a tab twice does no harm. */
function wasLost(error: unknown): boolean {
  return error instanceof OttoError && error.effect === 'unknown' && LOST.has(error.code);
}

const LOST: ReadonlySet<string> = new Set(['relay_disconnected', 'node_disconnected']);

/** Leaves out what was not given. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only undefined values are taken out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * One tab at a node. Its commands run one after another, also those of other controllers: unless told otherwise, each
 * waits for its turn.
 *
 * Every method takes the input of its action first and the options of the command (`timeoutMs`, `signal`, `retry`, …)
 * second. `navigate`, `evaluate` and `download` take what matters most first and all else in one object; so does
 * `close`.
 *
 * @example await using tab = await node.tabs.open('https://example.com');
 */
export interface Tab extends TabActions {
  readonly tabSessionId: string;

  /**
   * Keeps every other controller out of this tab until the lease is released. It renews itself; `lease.lost` aborts when
   * the lock is lost all the same.
   *
   * @throws OttoError `tab_locked` when another controller holds the lock
   * @example
   * await using lease = await tab.lock();
   * await tab.navigate('https://shop.test/cart', { signal: lease.lost });
   */
  lock(options?: LockOptions): Promise<TabLease>;

  /**
   * A pop-up that an outcome named in `popups`, as a tab. Nothing is sent yet.
   *
   * @example
   * const { popups = [] } = await tab.click({ selector: 'text=Terms' });
   * for (const popup of popups) console.log(await tab.popup(popup).text());
   */
  popup(popup: { readonly tabSessionId: string }): Tab;

  /**
   * Loads a URL and waits until its page is loaded, unless `waitUntil` says otherwise.
   *
   * @throws OttoError `navigation_failed`, `dialog_open`, `tab_crashed`
   * @example const { title } = await tab.navigate('https://example.com', { timeoutMs: 60_000 });
   */
  navigate(url: string, options?: NavigateOptions): Promise<ActionOutput<'primitive.tab.navigate'>>;

  /**
   * The visible text of the page, or of the first element that matches `selector`.
   *
   * @example const price = await tab.text({ selector: '.price' });
   */
  text(input?: SelectOptions, options?: TabCommandOptions): Promise<string>;

  /**
   * The HTML as it stands.
   *
   * @example const { content } = await tab.html({ selector: 'main' });
   */
  html(input?: ExtractOptions, options?: TabCommandOptions): Promise<ActionOutput<'primitive.dom.extract_html'>>;

  /**
   * The HTML without scripts, styles, handlers and comments.
   *
   * @example const { content, truncated } = await tab.cleanHtml({ maxChars: 50_000 });
   */
  cleanHtml(
    input?: ExtractOptions,
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_clean_html'>>;

  /**
   * The page as Markdown, with tables, code and absolute links.
   *
   * @example console.log((await tab.markdown()).content);
   */
  markdown(
    input?: ExtractOptions,
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_markdown'>>;

  /**
   * Runs an expression of JavaScript in the page, or a function that is called with `arg`, and gives its value. A
   * promise is waited for.
   *
   * A new controller may not do this: its client needs the scope `primitive.page.evaluate`.
   *
   * @throws OttoError `script_failed` when it throws, `content_too_large` when the value is
   * @example const count = await tab.evaluate('(selector) => document.querySelectorAll(selector).length', { arg: 'a' });
   */
  evaluate(expression: string, options?: EvaluateOptions): Promise<unknown>;

  /**
   * Fetches a file that an action reported in `downloads`, as `bytes` and as `contentBase64`; one that is still on its way
   * is waited for.
   *
   * A new controller may not do this: its client needs the scope `primitive.page.download`.
   *
   * @throws OttoError `download_not_found`, `download_failed` with the reason, `content_too_large` for a file of more than
   * 12.5 MB
   * @example
   * const { downloads = [] } = await tab.click({ selector: 'text=Download' });
   * for (const { downloadId, fileName } of downloads) await writeFile(fileName, (await tab.download(downloadId)).bytes);
   */
  download(
    downloadId: string,
    options?: TabCommandOptions,
  ): Promise<WithBytes<ActionOutput<'primitive.page.download'>>>;

  /**
   * Closes the tab after what waits in it; with `force` at once, and what runs there ends with `tab_closed`.
   *
   * @example await tab.close();
   */
  close(options?: CloseOptions): Promise<void>;

  /**
   * Closes the tab at the end of an `await using` block, at once; when the connection is lost, as soon as it is back.
   * Never fails, and gives up within half a minute: the relay closes the tabs of a controller that has left. Who wants
   * to know calls `close`.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How far a page must have come, beside the options of every command. */
export interface NavigateOptions extends TabCommandOptions {
  readonly waitUntil?: 'none' | 'commit' | 'domcontentloaded' | 'load' | 'networkidle' | undefined;
}

/** What to read; the options of the command may stand here as well as in an object of their own. */
export interface SelectOptions extends TabCommandOptions {
  readonly selector?: string | undefined;
}

/** What to read; the options of the command may stand here as well as in an object of their own. */
export interface ExtractOptions extends SelectOptions {
  /** Longer content is cut off, and `truncated` says so. */
  readonly maxChars?: number | undefined;
}

/** What an expression is given, beside the options of every command. */
export interface EvaluateOptions extends TabCommandOptions {
  /** What the function is called with: any JSON. */
  readonly arg?: unknown;
}

/** How a tab is closed, beside the options of every command. */
export interface CloseOptions extends TabCommandOptions {
  readonly force?: boolean | undefined;
}

interface TabParts {
  readonly run: RunAction<TabCommandOptions>;
  readonly lock: (options: LockOptions) => Promise<TabLease>;
  readonly other: (tabSessionId: string) => Tab;
}
