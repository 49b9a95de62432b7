import type { ActionInput, ActionName, ActionOutput } from '@telepat/otto-protocol';
import type { InputOf, OutputOf } from './otto-client.js';
import type { NodeCommandOptions } from './node-handle.js';
import { withBytes, type Screenshot } from './screenshot.js';
import type { LockOptions, TabLease } from './tab-lease.js';

/**
 * One tab at a node. Its commands run one after another, also those of other controllers: unless told otherwise, each
 * waits for its turn.
 *
 * @example await using tab = await node.tabs.open('https://example.com');
 */
export class Tab {
  readonly tabSessionId: string;
  readonly #run: RunInTab;
  readonly #lock: LockTab;

  constructor(tabSessionId: string, ways: { run: RunInTab; lock: LockTab }) {
    this.tabSessionId = tabSessionId;
    this.#run = ways.run;
    this.#lock = ways.lock;
  }

  /**
   * Keeps every other controller out of this tab until the lease is released. It renews itself; `lease.lost` aborts when
   * the lock is lost all the same.
   *
   * @throws OttoError `tab_locked` when another controller holds the lock
   * @example
   * await using lease = await tab.lock();
   * await tab.navigate('https://shop.test/cart', { signal: lease.lost });
   */
  lock(options: LockOptions = {}): Promise<TabLease> {
    return this.#lock(options);
  }

  /**
   * Loads a URL and waits until its page is loaded, unless `waitUntil` says otherwise.
   *
   * @example const { title } = await tab.navigate('https://example.com', { timeoutMs: 60_000 });
   */
  navigate(url: string, { waitUntil = 'load', ...options }: NavigateOptions = {}): Promise<Navigated> {
    return this.#run('primitive.tab.navigate', { url, waitUntil }, options);
  }

  /**
   * The visible text of the page, or of the first element that matches `selector`.
   *
   * @example const price = await tab.text({ selector: '.price' });
   */
  async text({ selector, ...options }: SelectOptions = {}): Promise<string> {
    return (await this.#run('primitive.dom.extract_text', given({ selector }), options)).text;
  }

  /**
   * The HTML as it stands.
   *
   * @example const { content } = await tab.html({ selector: 'main' });
   */
  html({ selector, maxChars, ...options }: ExtractOptions = {}): Promise<ActionOutput<'primitive.dom.extract_html'>> {
    return this.#run('primitive.dom.extract_html', given({ selector, maxChars }), options);
  }

  /**
   * The HTML without scripts, styles, handlers and comments.
   *
   * @example const { content, truncated } = await tab.cleanHtml({ maxChars: 50_000 });
   */
  cleanHtml({ selector, maxChars, ...options }: ExtractOptions = {}): Promise<CleanHtml> {
    return this.#run('primitive.dom.extract_clean_html', given({ selector, maxChars }), options);
  }

  /**
   * The page as Markdown, with tables, code and absolute links.
   *
   * @example console.log((await tab.markdown()).content);
   */
  markdown({ selector, maxChars, ...options }: ExtractOptions = {}): Promise<Markdown> {
    return this.#run('primitive.dom.extract_markdown', given({ selector, maxChars }), options);
  }

  /**
   * A picture of the page or of one element, as `bytes` and as `contentBase64`.
   *
   * @example await writeFile('page.png', (await tab.screenshot({ format: 'png' })).bytes);
   */
  async screenshot(input: ScreenshotInput = {}, options: TabCommandOptions = {}): Promise<Screenshot> {
    return withBytes(await this.#run('primitive.page.screenshot', input, options));
  }

  /**
   * Closes the tab after what waits in it; with `force` at once, and what runs there ends with `tab_closed`.
   *
   * @example await tab.close();
   */
  async close({ force = false, ...options }: TabCommandOptions & { readonly force?: boolean } = {}): Promise<void> {
    await this.#run('primitive.tab.close', force ? { force } : {}, options);
  }

  /** Closes the tab at the end of an `await using` block, at once. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ force: true });
  }
}

/** Leaves out what was not given. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only undefined values are taken out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

type Navigated = ActionOutput<'primitive.tab.navigate'>;
type CleanHtml = ActionOutput<'primitive.dom.extract_clean_html'>;
type Markdown = ActionOutput<'primitive.dom.extract_markdown'>;
type ScreenshotInput = Omit<ActionInput<'primitive.page.screenshot'>, 'url' | 'tabSessionId' | '__controllerClientId'>;

/** `CommandOptions` of a command whose tab is known. */
export type TabCommandOptions = Omit<NodeCommandOptions, 'tabSessionId'>;

export interface NavigateOptions extends TabCommandOptions {
  readonly waitUntil?: 'none' | 'commit' | 'domcontentloaded' | 'load' | 'networkidle' | undefined;
}

export interface SelectOptions extends TabCommandOptions {
  readonly selector?: string | undefined;
}

export interface ExtractOptions extends SelectOptions {
  /** Longer content is cut off, and `truncated` says so. */
  readonly maxChars?: number | undefined;
}

type LockTab = (options: LockOptions) => Promise<TabLease>;

type RunInTab = <A extends ActionName>(
  action: A,
  input: InputOf<A>,
  options: TabCommandOptions,
) => Promise<OutputOf<A>>;
