import type { ActionInput } from '@telepat/otto-protocol';
import type { ElementTarget, WaitUntil } from '../ports.js';

/**
 * A tab as far as one can look at it, without acting on it or seeing what its fields hold. Every method ends with the
 * command, at the latest.
 */
export interface ReadableSitePage {
  url(): Promise<string>;
  title(): Promise<string>;
  /** The visible text of the first element that matches, or of the page. */
  text(selector?: string): Promise<string>;
  /** The HTML of the first element that matches, or of the page. */
  html(selector?: string): Promise<string>;
  /** The same as Markdown. */
  markdown(selector?: string): Promise<string>;
  /** Whether an element of the page matches now. It does not wait. */
  has(selector: string): Promise<boolean>;
  /**
   * Waits until everything that is given holds: an element, a text, an address (a glob), a state of loading.
   * Rejects with `wait_timed_out` after `timeoutMs` (10,000 unless given).
   */
  waitFor(condition: SiteWait): Promise<void>;
}

/** The tab of a site command. Elements are named by a selector or by a ref of the latest snapshot. */
export interface SitePage extends ReadableSitePage {
  /** The accessibility tree as an outline, with the refs of its elements and what its fields hold. */
  snapshot(options?: { readonly maxNodes?: number }): Promise<string>;
  /**
   * Runs a function or an expression in the page and gives its value, as JSON has it. A function travels as its source:
   * it sees the page and `arg`, and nothing that stands around it.
   */
  evaluate(script: string | ((arg: never) => unknown), arg?: unknown): Promise<unknown>;
  /** Loads a page, until its document can be read unless `waitUntil` says otherwise. */
  goto(url: string, options?: { readonly waitUntil?: WaitUntil }): Promise<{ readonly status?: number }>;
  /** Goes back to the page before. */
  back(): Promise<void>;
  /** Loads the page again. */
  reload(): Promise<void>;
  click(
    target: SiteTarget,
    options?: Acting & Given<'primitive.input.click', 'button' | 'clickCount' | 'modifiers'>,
  ): Promise<void>;
  hover(target: SiteTarget, options?: Acting & Given<'primitive.input.hover', 'modifiers'>): Promise<void>;
  /** Replaces what a field holds. */
  fill(target: SiteTarget, value: string, options?: Acting): Promise<void>;
  /** Types key by key. */
  type(target: SiteTarget, text: string, options?: Acting & Given<'primitive.input.type', 'delayMs'>): Promise<void>;
  /** Presses a key or a combination such as `Control+a`, in an element or where the focus is. */
  press(key: string, options?: Acting & { readonly target?: SiteTarget }): Promise<void>;
  /** Chooses options of a list by value or label. */
  select(target: SiteTarget, values: readonly string[], options?: Acting): Promise<void>;
  check(target: SiteTarget, checked?: boolean, options?: Acting): Promise<void>;
  scrollTo(target: SiteTarget, options?: Acting): Promise<void>;
}

/** Every method that only looks. */
export const READABLE_PAGE_METHODS = [
  'url',
  'title',
  'text',
  'html',
  'markdown',
  'has',
  'waitFor',
] as const satisfies readonly (keyof ReadableSitePage)[];

/** Every method of a page, for hosts that hand it on over a border. */
export const SITE_PAGE_METHODS = [
  ...READABLE_PAGE_METHODS,
  'snapshot',
  'evaluate',
  'goto',
  'back',
  'reload',
  'click',
  'hover',
  'fill',
  'type',
  'press',
  'select',
  'check',
  'scrollTo',
] as const satisfies readonly (keyof SitePage)[];

/** A selector, or an element by name. */
export type SiteTarget = string | ElementTarget;

/** What is waited for. */
export interface SiteWait extends Given<
  'primitive.page.wait_for',
  'selector' | 'state' | 'text' | 'url' | 'loadState'
> {
  readonly timeoutMs?: number;
}

/** How long an element may take to be ready. Default 10,000. */
interface Acting {
  readonly timeoutMs?: number;
}

type Given<
  A extends 'primitive.input.click' | 'primitive.input.hover' | 'primitive.input.type' | 'primitive.page.wait_for',
  K extends keyof ActionInput<A>,
> = {
  readonly [F in K]?: Exclude<ActionInput<A>[F], undefined>;
};
