import { setTimeout as pass } from 'node:timers/promises';
import type { PageInput } from '@telepat/otto-node-runtime';
import type { ElementFinder } from './element-finder.js';
import { staleRef } from './element-refs.js';
import { until } from './until.js';

/**
 * Looks after the elements that an input names by refs, while it waits for them: one that went is gone for good, but
 * playwright would wait for it to come back. `signal` aborts with `stale_element_ref` when one is gone.
 */
export class RefWatch {
  readonly #finder: Pick<ElementFinder, 'isThere'>;
  readonly #refs: readonly string[];
  readonly #gone = new AbortController();
  readonly #ended = new AbortController();

  constructor(finder: Pick<ElementFinder, 'isThere'>, input: PageInput) {
    this.#finder = finder;
    this.#refs = refsOf(input);
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  begin(): void {
    // The page ended, which is told to everybody else as well.
    for (const ref of this.#refs) this.#watch(ref).catch(nothingToWatch);
  }

  end(): void {
    this.#ended.abort();
  }

  /** Twice: an input that has begun, and took its own element away by it, is over by the second time. */
  async #watch(ref: string): Promise<void> {
    for (let misses = 0; misses < MISSES_MAX;) {
      await until(pass(PAUSE_MS), [this.#ended.signal]);
      misses = (await until(this.#finder.isThere(ref), [this.#ended.signal])) ? 0 : misses + 1;
    }
    this.#gone.abort(staleRef(ref));
  }
}

/** Most inputs are done before anybody looks. */
const PAUSE_MS = 200;
const MISSES_MAX = 2;

function refsOf(input: PageInput): string[] {
  const targets = [
    ...('target' in input && input.target !== undefined ? [input.target] : []),
    ...('to' in input ? [input.to] : []),
  ];
  return targets.flatMap((target) => ('ref' in target ? [target.ref] : []));
}

/** The input is over, or the page is. */
function nothingToWatch(): void {}
