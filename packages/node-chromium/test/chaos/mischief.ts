import type { Random } from './random.js';

/** What happens to a chunk on its way. */
export interface Fate {
  /** Where it is torn apart, in bytes; each part has a wait of its own before it. */
  readonly parts: readonly { readonly end: number; readonly waitMs: number }[];
  /** The connection ends in the middle of it. */
  readonly isCut: boolean;
}

/**
 * Decides, from a seed, what becomes of each chunk that two proxies carry. Cuts come with the progress of the work, so
 * that all of them are made before it is done, and none of them before there was something to lose.
 */
export class Mischief {
  readonly #random: Random;
  readonly #plan: MischiefPlan;
  readonly #progress: () => number;
  readonly made: Record<Side, number> = { controller: 0, node: 0 };
  stalls = 0;
  #isOn = false;
  #next: { readonly at: number; readonly side: Side; chunks: number };

  /** `progress` is the part of the work that is done, from 0 to 1. */
  constructor(random: Random, plan: MischiefPlan, progress: () => number) {
    this.#random = random;
    this.#plan = plan;
    this.#progress = progress;
    this.#next = this.#draw();
  }

  get cuts(): number {
    return this.made.controller + this.made.node;
  }

  begin(): void {
    this.#isOn = true;
  }

  end(): void {
    this.#isOn = false;
  }

  fateOf(side: Side, length: number): Fate {
    if (!this.#isOn) return { parts: [{ end: length, waitMs: 0 }], isCut: false };
    return { parts: this.#parts(length), isCut: this.#isCut(side) };
  }

  #parts(length: number): Fate['parts'] {
    const random = this.#random;
    const ends = random.chance(0.3) ? [random.between(1, length), random.between(1, length), length] : [length];
    return ends.sort((a, b) => a - b).map((end) => ({ end, waitMs: this.#waitMs() }));
  }

  #waitMs(): number {
    const random = this.#random;
    if (random.chance(0.005)) {
      this.stalls += 1;
      return random.between(200, STALL_MS_MAX);
    }
    return random.chance(0.3) ? random.between(1, 15) : 0;
  }

  #isCut(side: Side): boolean {
    if (this.cuts >= this.#plan.cuts || this.#progress() < this.#next.at || side !== this.#next.side) return false;
    this.#next.chunks -= 1;
    if (this.#next.chunks > 0) return false;
    this.made[side] += 1;
    this.#next = this.#draw();
    return true;
  }

  #draw(): { at: number; side: Side; chunks: number } {
    const at = (this.cuts / this.#plan.cuts) * LAST_CUT_AT;
    return { at, side: this.#random.chance(0.5) ? 'controller' : 'node', chunks: this.#random.between(1, 12) };
  }
}

/** A node that a relay asks has five seconds to answer: a stall must not be taken for a silent node. */
const STALL_MS_MAX = 600;

/** There must be work left after the last cut, for it to hit. */
const LAST_CUT_AT = 0.9;

export type Side = 'controller' | 'node';

export interface MischiefPlan {
  readonly cuts: number;
}
