// Made from the action descriptors by `npm run pages`; edit those, not this file.
import type { ActionOutput } from '@telepat/otto-protocol';
import type { RunAction, TabCommandOptions } from '../run-action.js';
import { withBytes, type WithBytes } from '../with-bytes.js';

/**
 * What can be done in a tab: a method for each action, with the action's input first and the options of the command
 * second.
 */
export interface TabActions {
  /**
   * Goes back to the page before.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `dialog_open`, `tab_closed`, `tab_crashed`
   * @example await tab.back();
   */
  back(input?: Record<string, never>, options?: TabCommandOptions): Promise<ActionOutput<'primitive.tab.back'>>;

  /**
   * Goes forward again after going back.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `dialog_open`, `tab_closed`, `tab_crashed`
   * @example await tab.forward();
   */
  forward(input?: Record<string, never>, options?: TabCommandOptions): Promise<ActionOutput<'primitive.tab.forward'>>;

  /**
   * Loads the page again.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `dialog_open`, `tab_closed`, `tab_crashed`
   * @example await tab.reload();
   */
  reload(input?: Record<string, never>, options?: TabCommandOptions): Promise<ActionOutput<'primitive.tab.reload'>>;

  /**
   * Brings a tab to the front of its window.
   *
   * @throws OttoError `unknown_tab_session`, `tab_closed`, `tab_crashed`
   * @example await tab.activate();
   */
  activate(input?: Record<string, never>, options?: TabCommandOptions): Promise<ActionOutput<'primitive.tab.activate'>>;

  /**
   * Reads the article of a page as clean HTML, without what stands around it.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `too_many_tabs`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.distilledHtml();
   */
  distilledHtml(
    input?: {
      /** Longer content is cut off here, and `truncated` says so. 1 to 5000000. Default: `500000`. */
      maxChars?: number | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.dom.extract_distilled_html'>>;

  /**
   * Reads a page as an outline of its accessibility tree, with a ref for each element that can be acted on.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.snapshot({ maxNodes: 500 });
   */
  snapshot(
    input?: {
      /** The outline ends after so many elements. 1 to 100000. Default: `5000`. */
      maxNodes?: number | undefined;
      /** Leaves out boxes that only hold others, and what is hidden from screen readers; `false` shows these as well. Default: `true`. */
      interestingOnly?: boolean | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.page.snapshot'>>;

  /**
   * Takes a picture of a page or of one element.
   *
   * The bytes come as `bytes`, ready to be written to a file, beside `contentBase64`.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `element_not_found`, `stale_element_ref`, `screenshot_too_large`
   * @example await tab.screenshot({ mode: 'full_page', format: 'jpeg' });
   */
  screenshot(
    input?: {
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
    options?: TabCommandOptions,
  ): Promise<WithBytes<ActionOutput<'primitive.page.screenshot'>>>;

  /**
   * Prints a page as PDF.
   *
   * The bytes come as `bytes`, ready to be written to a file, beside `contentBase64`.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.pdf({ format: 'A4' });
   */
  pdf(
    input?: {
      /** The size of the paper. Default: `"A4"`. */
      format?: 'A3' | 'A4' | 'A5' | 'Legal' | 'Letter' | 'Tabloid' | undefined;
      /** Whether the paper lies on its side. Default: `false`. */
      landscape?: boolean | undefined;
      /** Whether colours and pictures behind the text are printed. Default: `true`. */
      printBackground?: boolean | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<WithBytes<ActionOutput<'primitive.page.pdf'>>>;

  /**
   * Reads the latest console messages and errors of a page.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `too_many_tabs`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.console({ level: 'warn' });
   */
  console(
    input?: {
      /** Only what is not older than this time, in epoch milliseconds. 0 or more. */
      sinceMs?: number | undefined;
      /** Only messages of this level and graver ones. Default: `"debug"`. */
      level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.page.console'>>;

  /**
   * Waits until an element, a text, an address or a state of loading is there.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `wait_timed_out`, `dialog_open`, `tab_closed`,
   * `tab_crashed`, `script_failed`
   * @example await tab.waitFor({ selector: '#results', timeoutMs: 10_000 });
   */
  waitFor(
    input?: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** What the element of `selector` must be: `visible` unless something else is given. */
      state?: 'attached' | 'visible' | 'hidden' | 'detached' | undefined;
      /** Text that the page must show somewhere, in any frame and whatever its case. */
      text?: string | undefined;
      /** The address that the tab must be at, or a glob over it. */
      url?: string | undefined;
      /** How far the page must have come. */
      loadState?: 'domcontentloaded' | 'load' | 'networkidle' | undefined;
      /** Gives up with `wait_timed_out`; the time of the command ends it in any case. 1 to 600000. */
      timeoutMs?: number | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.page.wait_for'>>;

  /**
   * Answers the dialog that is open in a tab.
   *
   * @throws OttoError `unknown_tab_session`, `no_dialog_open`, `tab_closed`, `tab_crashed`
   * @example await tab.dialog({ accept: true });
   */
  dialog(
    input: {
      /** OK, or Cancel. */
      accept: boolean;
      /** What is entered where a prompt asks for text. */
      promptText?: string | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.page.dialog'>>;

  /**
   * Clicks an element.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.click({ selector: 'role=button[name="Sign in"]' });
   */
  click(
    input?: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** Which button of the mouse. Default: `"left"`. */
      button?: 'left' | 'right' | 'middle' | undefined;
      /** Clicks in a row: 2 is a double click. 1 to 3. Default: `1`. */
      clickCount?: number | undefined;
      /** Keys that are held down meanwhile. At most 5. Default: `[]`. */
      modifiers?: ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[] | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.click'>>;

  /**
   * Moves the pointer over an element.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.hover({ ref: 'e12' });
   */
  hover(
    input?: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** Keys that are held down meanwhile. At most 5. Default: `[]`. */
      modifiers?: ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[] | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.hover'>>;

  /**
   * Types text key by key, into an element or where the focus is.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.type({ selector: 'input[name=q]', text: 'red teapot' });
   */
  type(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** What is typed. */
      text: string;
      /** The pause after each key. 0 to 1000. Default: `0`. */
      delayMs?: number | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.type'>>;

  /**
   * Replaces what a field holds.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.fill({ ref: 'e12', value: 'ada@example.com' });
   */
  fill(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** What the field holds then. */
      value: string;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.fill'>>;

  /**
   * Presses a key or a combination such as Control+a, in an element or where the focus is.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.press({ key: 'Enter' });
   */
  press(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** `Enter`, `ArrowDown`, `a`, `Control+Shift+T`. */
      key: string;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.press'>>;

  /**
   * Chooses options of a list by value or label.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.select({ selector: 'select[name=size]', values: ['Large'] });
   */
  select(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** The value or label of each; all others are no longer chosen. At most 1000. */
      values: string[];
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.select'>>;

  /**
   * Checks or unchecks a box, or chooses a radio button.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.check({ selector: '#terms', checked: true });
   */
  check(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** How it is to be; it is not clicked if it is so already. */
      checked: boolean;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.check'>>;

  /**
   * Scrolls the page, an element, or an element into view.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.scroll({ dy: 800 });
   */
  scroll(
    input?: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** Pixels to the right. -1000000 to 1000000. */
      dx?: number | undefined;
      /** Pixels down. -1000000 to 1000000. */
      dy?: number | undefined;
      /** Scrolls this element into view: the first that matches. */
      toSelector?: string | undefined;
      /** Scrolls the element of this ref into view. */
      toRef?: string | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.scroll'>>;

  /**
   * Drags an element onto another one.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example await tab.drag({ selector: '#card', toSelector: '#done' });
   */
  drag(
    input?: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** The other element: the first that matches. */
      toSelector?: string | undefined;
      /** The other element, by its ref in the latest snapshot. */
      toRef?: string | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.drag'>>;

  /**
   * Puts files into a file field.
   *
   * @throws OttoError `unknown_tab_session`, `navigation_failed`, `element_not_found`, `element_not_actionable`,
   * `stale_element_ref`, `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`
   * @example
   * await tab.upload({
   *   selector: 'input[type=file]',
   *   files: [{ name: 'hello.txt', mimeType: 'text/plain', contentBase64: 'aGVsbG8=' }],
   * });
   */
  upload(
    input: {
      /** The first element that matches: CSS, `text=…` or `role=button[name="…"]`. */
      selector?: string | undefined;
      /** The element of this ref in the latest snapshot of the tab, such as `e12`. */
      ref?: string | undefined;
      /** The files; none empties the field. At most 20. */
      files: {
        /** Its name for the page. */
        name: string;
        /** Such as `text/plain`. */
        mimeType: string;
        /** Its bytes as base64. */
        contentBase64: string;
      }[];
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'primitive.input.upload'>>;

  /**
   * Runs a command of a site, in a tab that is there or in a temporary one, within the time that its sender allows:
   * a `timeoutPolicy` of it lengthens nothing.
   *
   * @throws OttoError `unknown_site`, `unknown_command`, `unknown_tab_session`, `tab_url_not_ready`,
   * `site_mismatch`, `missing_command_input`, `missing_command_input_one_of`, `invalid_command_input_type`,
   * `unexpected_command_input`, `manual_login_required`, `preload_host_mismatch`, `navigation_failed`,
   * `too_many_tabs`, `element_not_found`, `element_not_actionable`, `stale_element_ref`, `wait_timed_out`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.runCommand({ site: 'reddit.com', command: 'getPosts', input: { limit: 10 } });
   */
  runCommand(
    input: {
      /** The site, such as `reddit.com`. */
      site: string;
      /** The `id` of the command. */
      command: string;
      /** What the command takes; `command.list` names the fields of each. */
      input?: Record<string, unknown> | undefined;
      /** Whether somebody is logged in: `auto` may look at another page for it, `strict_fail` never moves the tab, `skip` does not look. */
      authMode?: 'auto' | 'strict_fail' | 'skip' | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'command.run'>>;

  /**
   * Tries a command of a site by its own test, or else runs it.
   *
   * @throws OttoError `unknown_site`, `unknown_command`, `unknown_tab_session`, `tab_url_not_ready`,
   * `site_mismatch`, `missing_command_input`, `missing_command_input_one_of`, `invalid_command_input_type`,
   * `unexpected_command_input`, `manual_login_required`, `preload_host_mismatch`, `navigation_failed`,
   * `too_many_tabs`, `element_not_found`, `element_not_actionable`, `stale_element_ref`, `wait_timed_out`,
   * `dialog_open`, `tab_closed`, `tab_crashed`, `script_failed`, `content_too_large`
   * @example await tab.testCommand({ site: 'reddit.com', command: 'getPosts' });
   */
  testCommand(
    input: {
      /** The site, such as `reddit.com`. */
      site: string;
      /** The `id` of the command. */
      command: string;
      /** What the command takes; `command.list` names the fields of each. */
      input?: Record<string, unknown> | undefined;
      /** Whether somebody is logged in: `auto` may look at another page for it, `strict_fail` never moves the tab, `skip` does not look. */
      authMode?: 'auto' | 'strict_fail' | 'skip' | undefined;
    },
    options?: TabCommandOptions,
  ): Promise<ActionOutput<'command.test'>>;
}

/** The methods, on top of a way to run an action in the tab. */
export function tabActions(run: RunAction<TabCommandOptions>): TabActions {
  return {
    back: (input = {}, options = {}) => run('primitive.tab.back', input, options),
    forward: (input = {}, options = {}) => run('primitive.tab.forward', input, options),
    reload: (input = {}, options = {}) => run('primitive.tab.reload', input, options),
    activate: (input = {}, options = {}) => run('primitive.tab.activate', input, options),
    distilledHtml: (input = {}, options = {}) => run('primitive.dom.extract_distilled_html', input, options),
    snapshot: (input = {}, options = {}) => run('primitive.page.snapshot', input, options),
    screenshot: async (input = {}, options = {}) =>
      withBytes('primitive.page.screenshot', await run('primitive.page.screenshot', input, options)),
    pdf: async (input = {}, options = {}) =>
      withBytes('primitive.page.pdf', await run('primitive.page.pdf', input, options)),
    console: (input = {}, options = {}) => run('primitive.page.console', input, options),
    waitFor: (input = {}, options = {}) => run('primitive.page.wait_for', input, options),
    dialog: (input, options = {}) => run('primitive.page.dialog', input, options),
    click: (input = {}, options = {}) => run('primitive.input.click', input, options),
    hover: (input = {}, options = {}) => run('primitive.input.hover', input, options),
    type: (input, options = {}) => run('primitive.input.type', input, options),
    fill: (input, options = {}) => run('primitive.input.fill', input, options),
    press: (input, options = {}) => run('primitive.input.press', input, options),
    select: (input, options = {}) => run('primitive.input.select', input, options),
    check: (input, options = {}) => run('primitive.input.check', input, options),
    scroll: (input = {}, options = {}) => run('primitive.input.scroll', input, options),
    drag: (input = {}, options = {}) => run('primitive.input.drag', input, options),
    upload: (input, options = {}) => run('primitive.input.upload', input, options),
    runCommand: (input, options = {}) => run('command.run', input, options),
    testCommand: (input, options = {}) => run('command.test', input, options),
  };
}
