import { ACTIONS, OttoError, isObject } from '@telepat/otto-protocol';
import { requireAllowedUrl } from '../allowed-url.js';
import { requireTarget } from '../element-target.js';
import { parseInput } from '../node-action.js';
import type { ContentKind, PageInput } from '../ports.js';
import { requireWaitCondition } from '../wait-condition.js';
import type { PageLease } from './page-lease.js';
import type { ReadableSitePage, SitePage, SiteTarget, SiteWait } from './site-page.js';

/**
 * The tab of a command, as the command sees it. What a plug-in gives is checked as if a controller had sent it to the
 * action of the same kind, since plain JavaScript lets everything pass.
 */
export class DriverSitePage implements SitePage {
  readonly #lease: PageLease;

  constructor(lease: PageLease) {
    this.#lease = lease;
  }

  url(): Promise<string> {
    return this.#lease.use((page) => page.url());
  }

  title(): Promise<string> {
    return this.#lease.use((page) => page.title());
  }

  text(selector = 'body'): Promise<string> {
    return this.#lease.use((page, signal) => {
      const input = parseInput(ACTIONS['primitive.dom.extract_text'], { selector });
      return page.text({ selector: input.selector, signal });
    });
  }

  html(selector?: string): Promise<string> {
    return this.#content('raw_html', selector);
  }

  markdown(selector?: string): Promise<string> {
    return this.#content('markdown', selector);
  }

  has(selector = ''): Promise<boolean> {
    return this.#lease.use((page, signal) => {
      const input = parseInput(ACTIONS['primitive.dom.extract_text'], { selector });
      return page.content({ kind: 'raw_html', selector: input.selector, signal }).then(isThere, isNotThere);
    });
  }

  snapshot(options?: { readonly maxNodes?: number }): Promise<string> {
    return this.#lease.use(async (page, signal) => {
      const { maxNodes } = parseInput(ACTIONS['primitive.page.snapshot'], { ...options });
      return (await page.snapshot({ maxNodes, interestingOnly: true, signal })).snapshot;
    });
  }

  waitFor(condition: SiteWait): Promise<void> {
    const prepare = () => parseInput(ACTIONS['primitive.page.wait_for'], { ...condition });
    return this.#lease.useFor(prepare, (page, signal, input) => page.waitFor(requireWaitCondition(input), { signal }));
  }

  evaluate(script: string | ((arg: never) => unknown), arg?: unknown): Promise<unknown> {
    return this.#lease.use((page, signal) => {
      const source = typeof script === 'function' ? String(script) : script;
      const { expression } = parseInput(ACTIONS['primitive.page.evaluate'], { expression: source });
      return page.evaluate({ expression, ...(arg === undefined ? {} : { arg }), signal });
    });
  }

  goto(url: string, options?: Parameters<SitePage['goto']>[1]): Promise<{ readonly status?: number }> {
    return this.#lease.use((page, signal) => {
      const input = parseInput(ACTIONS['primitive.tab.navigate'], { ...options, url });
      return page.navigate({
        url: requireAllowedUrl(input.url),
        waitUntil: input.waitUntil,
        signal,
      });
    });
  }

  back(): Promise<void> {
    return this.#lease.use((page, signal) => page.move({ to: 'back', signal }));
  }

  reload(): Promise<void> {
    return this.#lease.use((page, signal) => page.move({ to: 'reload', signal }));
  }

  click(target: SiteTarget, options?: Parameters<SitePage['click']>[1]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.click'], { ...given, ...named(target) });
      const { button = 'left', clickCount = 1, modifiers = [] } = input;
      return { kind: 'click', target: requireTarget(input), button, clickCount, modifiers };
    });
  }

  hover(target: SiteTarget, options?: Parameters<SitePage['hover']>[1]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.hover'], { ...given, ...named(target) });
      const { modifiers = [] } = input;
      return { kind: 'hover', target: requireTarget(input), modifiers };
    });
  }

  fill(target: SiteTarget, value: string, options?: Parameters<SitePage['fill']>[2]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.fill'], { ...given, ...named(target), value });
      return { kind: 'fill', target: requireTarget(input), value: input.value };
    });
  }

  type(target: SiteTarget, text: string, options?: Parameters<SitePage['type']>[2]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.type'], { ...given, ...named(target), text });
      return { kind: 'type', target: requireTarget(input), text: input.text, delayMs: input.delayMs };
    });
  }

  press(key: string, options?: Parameters<SitePage['press']>[1]): Promise<void> {
    return this.#act(options, ({ target, ...given }) => {
      const input = parseInput(ACTIONS['primitive.input.press'], { ...given, ...named(target), key });
      return { kind: 'press', ...(target === undefined ? {} : { target: requireTarget(input) }), key: input.key };
    });
  }

  select(target: SiteTarget, values: readonly string[], options?: Parameters<SitePage['select']>[2]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.select'], { ...given, ...named(target), values });
      return { kind: 'select', target: requireTarget(input), values: input.values };
    });
  }

  check(target: SiteTarget, checked = true, options?: Parameters<SitePage['check']>[2]): Promise<void> {
    return this.#act(options, (given) => {
      const input = parseInput(ACTIONS['primitive.input.check'], { ...given, ...named(target), checked });
      return { kind: 'check', target: requireTarget(input), checked: input.checked };
    });
  }

  scrollTo(target: SiteTarget, options?: Parameters<SitePage['scrollTo']>[1]): Promise<void> {
    return this.#act(options, (given) => {
      const all = { ...given, ...named(target) };
      requireNoDistance(all);
      const input = parseInput(ACTIONS['primitive.input.scroll'], all);
      return { kind: 'scroll_into_view', target: requireTarget(input) };
    });
  }

  #content(kind: ContentKind, selector: string | undefined): Promise<string> {
    return this.#lease.use(async (page, signal) => {
      const wanted = selector === undefined ? {} : { selector };
      const input = parseInput(ACTIONS['primitive.dom.extract_html'], wanted);
      const chosen = input.selector === undefined ? {} : { selector: input.selector };
      return (await page.content({ kind, ...chosen, signal })).content;
    });
  }

  #act(options: object | undefined, inputOf: (given: Given) => PageInput): Promise<void> {
    return this.#lease.use(async (page, signal) => {
      const all: Given = { ...options };
      const { timeoutMs: wanted, ...given } = all;
      const { timeoutMs } = parseInput(ACTIONS['primitive.page.wait_for'], { timeoutMs: wanted });
      const waitMs = this.#lease.waitMs(timeoutMs);
      await page.act(inputOf(given), { waitMs, signal });
    });
  }
}

/** The same tab for who may only look. */
export function readablePage(page: SitePage): ReadableSitePage {
  return {
    url: () => page.url(),
    title: () => page.title(),
    text: (selector) => page.text(selector),
    html: (selector) => page.html(selector),
    markdown: (selector) => page.markdown(selector),
    has: (selector) => page.has(selector),
    waitFor: (condition) => page.waitFor(condition),
  };
}

function isThere(): boolean {
  return true;
}

function isNotThere(error: unknown): boolean {
  if (error instanceof OttoError && error.code === 'element_not_found') return false;
  throw error;
}

/** The action of the same kind takes more than what is to be in view. */
function requireNoDistance(given: Given): void {
  const other = ['dx', 'dy', 'toSelector', 'toRef'].find((name) => given[name] !== undefined);
  if (other === undefined) return;
  throw new OttoError('invalid_action_input', { message: `${other}: scrollTo brings one element into view.` });
}

/** The fields that name an element; none where it is not named as it should be. */
function named(target: unknown): Given {
  if (typeof target === 'string') return { selector: target };
  return isObject(target) ? target : {};
}

type Given = Readonly<Record<string, unknown>>;
