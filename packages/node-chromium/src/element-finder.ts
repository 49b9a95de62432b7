import { OttoError } from '@telepat/otto-protocol';
import type { ElementTarget } from '@telepat/otto-node-runtime';
import type { Locator, Page } from 'playwright-core';
import { staleRef, type ElementRefs } from './element-refs.js';
import type { FrameSearch } from './frame-search.js';
import { namedFailure } from './named-failure.js';
import type { Patience } from './patience.js';

/** Finds the element that somebody names, by selector or by the ref of a snapshot. */
export class ElementFinder {
  readonly #page: Page;
  readonly #refs: ElementRefs;
  readonly #search: FrameSearch;

  constructor({ page, refs, search }: FinderParts) {
    this.#page = page;
    this.#refs = refs;
    this.#search = search;
  }

  /**
   * Waits for an element that can be seen, or `mayBeHidden`, for any. A ref needs no waiting: its element is there, or
   * it is gone for good.
   *
   * @throws OttoError `element_not_found`, `element_not_actionable` when all that match are hidden, `stale_element_ref`,
   * `invalid_action_input`
   */
  async find(target: ElementTarget, { field, mayBeHidden }: Wanted, patience: Patience): Promise<Locator> {
    if ('ref' in target) return this.#named(target.ref, patience);
    const { selector } = target;
    for (let attempt = 0; ; attempt++) {
      const seen = await this.#search.first({ selector, visible: true, field }, patience);
      if (seen !== undefined) return seen;
      const isLastTime = patience.isOver;
      const any =
        mayBeHidden || isLastTime ? await this.#search.first({ selector, visible: false }, patience) : undefined;
      if (any !== undefined && mayBeHidden) return any;
      if (isLastTime) throw any === undefined ? notFound() : hidden();
      await patience.pause(PAUSES_MS[attempt] ?? PAUSE_MS_MAX);
    }
  }

  /** Whether the element of a ref is there; asked for as long as the page takes to answer. */
  async isThere(ref: string): Promise<boolean> {
    try {
      return (await this.#locatorOf(ref).count()) > 0;
    } catch (error) {
      const { code } = namedFailure(error);
      // What playwright has no name for is a frame that is no longer there.
      if (code === 'internal_error' || code === 'stale_element_ref') return false;
      throw error;
    }
  }

  async #named(ref: string, patience: Patience): Promise<Locator> {
    if (!(await patience.answer(this.isThere(ref)))) throw staleRef(ref);
    return this.#locatorOf(ref);
  }

  #locatorOf(ref: string): Locator {
    return this.#page.locator(`aria-ref=${this.#refs.keyOf(ref)}`);
  }
}

const PAUSES_MS = [20, 50, 100, 100];
const PAUSE_MS_MAX = 200;

function notFound(): OttoError {
  return new OttoError('element_not_found', { effect: 'none' });
}

function hidden(): OttoError {
  return new OttoError('element_not_actionable', { message: 'The element is there, but hidden.', effect: 'none' });
}

interface FinderParts {
  readonly page: Page;
  readonly refs: ElementRefs;
  readonly search: FrameSearch;
}

interface Wanted {
  /** Of the input, for errors. */
  readonly field: string;
  /** A person could not see it, and need not: a file field behind a button, or what is scrolled to. */
  readonly mayBeHidden: boolean;
}
