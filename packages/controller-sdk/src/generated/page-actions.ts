// Made from the action descriptors by `npm run pages`; edit those, not this file.
import type { ActionOutput } from '@telepat/otto-protocol';
import type { NodeCommandOptions, RunAction } from '../run-action.js';
import { withBytes, type WithBytes } from '../with-bytes.js';

/**
 * What can be done with a page by its address alone, in one call: the node opens it in a tab of its own in the
 * background, and closes that again.
 */
export interface PageActions {
  /**
   * Reads the visible text of a page or of one element.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.text({ url: 'https://example.com', selector: 'h1' });
   */
  text(
    input: {
      /** The page. */
      url: string;
      /** Only the first element that matches, as CSS. Default: `"body"`. */
      selector?: string | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_text'>['text']>;

  /**
   * Reads the HTML of a page or of one element, as it stands.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.html({ url: 'https://example.com', selector: 'main' });
   */
  html(
    input: {
      /** The page. */
      url: string;
      /** Only the first element that matches, as CSS. */
      selector?: string | undefined;
      /** Longer content is cut off here, and `truncated` says so. 1 to 5000000. Default: `500000`. */
      maxChars?: number | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_html'>>;

  /**
   * Reads the HTML without scripts, styles, handlers and comments.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.cleanHtml({ url: 'https://example.com', maxChars: 50_000 });
   */
  cleanHtml(
    input: {
      /** The page. */
      url: string;
      /** Only the first element that matches, as CSS. */
      selector?: string | undefined;
      /** Longer content is cut off here, and `truncated` says so. 1 to 5000000. Default: `500000`. */
      maxChars?: number | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_clean_html'>>;

  /**
   * Reads the article of a page as clean HTML, without what stands around it.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.distilledHtml({ url: 'https://example.com' });
   */
  distilledHtml(
    input: {
      /** The page. */
      url: string;
      /** Longer content is cut off here, and `truncated` says so. 1 to 5000000. Default: `500000`. */
      maxChars?: number | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_distilled_html'>>;

  /**
   * Reads a page as Markdown, with tables, code and absolute links.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.markdown({ url: 'https://example.com', selector: 'main' });
   */
  markdown(
    input: {
      /** The page. */
      url: string;
      /** Only the first element that matches, as CSS. */
      selector?: string | undefined;
      /** Longer content is cut off here, and `truncated` says so. 1 to 5000000. Default: `250000`. */
      maxChars?: number | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_markdown'>>;

  /**
   * Reads a page as an outline of its accessibility tree, with a ref for each element that can be acted on.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.snapshot({ url: 'https://example.com', maxNodes: 500 });
   */
  snapshot(
    input: {
      /** The page. */
      url: string;
      /** The outline ends after so many elements. 1 to 100000. Default: `5000`. */
      maxNodes?: number | undefined;
      /** Leaves out boxes that only hold others, and what is hidden from screen readers; `false` shows these as well. Default: `true`. */
      interestingOnly?: boolean | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.page.snapshot'>>;

  /**
   * Takes a picture of a page or of one element.
   *
   * The bytes come as `bytes`, ready to be written to a file, beside `contentBase64`.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `element_not_found`, `stale_element_ref`, `screenshot_too_large`
   * @example await node.screenshot({ url: 'https://example.com', mode: 'full_page', format: 'jpeg' });
   */
  screenshot(
    input: {
      /** The page. */
      url: string;
      /** What a window shows, the whole page, or one element; a selector or ref means the latter by itself. */
      mode?: 'viewport' | 'full_page' | 'element' | undefined;
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** The kind of picture. Default: `"png"`. */
      format?: 'png' | 'jpeg' | undefined;
      /** Of a JPEG. 1 to 100. */
      quality?: number | undefined;
      /** A larger picture is shrunk until it fits. 1000 to 10000000. Default: `5000000`. */
      maxBytes?: number | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<WithBytes<ActionOutput<'primitive.page.screenshot'>>>;

  /**
   * Prints a page as PDF.
   *
   * The bytes come as `bytes`, ready to be written to a file, beside `contentBase64`.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.pdf({ url: 'https://example.com', format: 'A4' });
   */
  pdf(
    input: {
      /** The page. */
      url: string;
      /** The size of the paper. Default: `"A4"`. */
      format?: 'A3' | 'A4' | 'A5' | 'Legal' | 'Letter' | 'Tabloid' | undefined;
      /** Whether the paper lies on its side. Default: `false`. */
      landscape?: boolean | undefined;
      /** Whether colours and pictures behind the text are printed. Default: `true`. */
      printBackground?: boolean | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<WithBytes<ActionOutput<'primitive.page.pdf'>>>;

  /**
   * Reads the latest console messages and errors of a page.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.console({ url: 'https://example.com', level: 'warn' });
   */
  console(
    input: {
      /** The page. */
      url: string;
      /** Only what is not older than this time, in epoch milliseconds. 0 or more. */
      sinceMs?: number | undefined;
      /** Only messages of this level and graver ones. Default: `"debug"`. */
      level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.page.console'>>;

  /**
   * Runs an expression of JavaScript in a page and gives its value as JSON.
   *
   * A new controller may not do this: its client needs the scope `primitive.page.evaluate`.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await node.evaluate({ url: 'https://example.com', expression: 'document.links.length' });
   */
  evaluate(
    input: {
      /** The page. */
      url: string;
      /** An expression, or a function that is called with `arg`; a promise is waited for, and `undefined` is null. */
      expression: string;
      /** What the function is called with: any JSON. */
      arg?: unknown;
    },
    options?: NodeCommandOptions,
  ): Promise<ActionOutput<'primitive.page.evaluate'>['value']>;
}

/** The methods, on top of a way to run an action at the node. */
export function pageActions(run: RunAction<NodeCommandOptions>): PageActions {
  return {
    text: async (input, options = {}) => (await run('primitive.dom.extract_text', input, options)).text,
    html: (input, options = {}) => run('primitive.dom.extract_html', input, options),
    cleanHtml: (input, options = {}) => run('primitive.dom.extract_clean_html', input, options),
    distilledHtml: (input, options = {}) => run('primitive.dom.extract_distilled_html', input, options),
    markdown: (input, options = {}) => run('primitive.dom.extract_markdown', input, options),
    snapshot: (input, options = {}) => run('primitive.page.snapshot', input, options),
    screenshot: async (input, options = {}) =>
      withBytes('primitive.page.screenshot', await run('primitive.page.screenshot', input, options)),
    pdf: async (input, options = {}) =>
      withBytes('primitive.page.pdf', await run('primitive.page.pdf', input, options)),
    console: (input, options = {}) => run('primitive.page.console', input, options),
    evaluate: async (input, options = {}) => (await run('primitive.page.evaluate', input, options)).value,
  };
}
