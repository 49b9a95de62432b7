import type { Random } from './random.js';

/** What can be planned to happen to a connection. */
export const TROUBLES = ['cut', 'freeze', 'stall'] as const;

/**
 * `cut`: the connection ends in the middle of something. `freeze`: nothing is carried any more, either way, and nobody is
 * told: each end has to find out by itself. `stall`: what is carried comes late.
 */
export type Trouble = (typeof TROUBLES)[number];

export type Side = 'controller' | 'node';

/** How often each trouble is to happen. */
export type MischiefPlan = Readonly<Record<Trouble, number>>;

/** How often each trouble has happened to whom. */
export type Mischiefs = Readonly<Record<Trouble, Readonly<Record<Side, number>>>>;

/** Some bytes on their way. */
export interface Chunk {
  readonly side: Side;
  readonly length: number;
  /** How many its connection has carried before. */
  readonly index: number;
}

/** What happens to a chunk on its way. */
export interface Fate {
  /** Where it is torn apart, in bytes; each part has a wait of its own before it. */
  readonly parts: readonly { readonly end: number; readonly waitMs: number }[];
  /** What happens to its connection in the middle of it. */
  readonly end?: 'cut' | 'freeze';
}

/**
 * Decides, from a seed, what becomes of each chunk that two proxies carry. Troubles come with the progress of the work, so
 * that all of them happen before it is done, and none of them before there was something to lose.
 */
export class Mischief {
  readonly made = { cut: noneYet(), freeze: noneYet(), stall: noneYet() } satisfies Mischiefs;
  readonly #random: Random;
  readonly #plan: MischiefPlan;
  readonly #progress: () => number;
  readonly #next: Record<Trouble, NextTrouble>;
  #isOn = false;

  /** `progress` is the part of the work that is done, from 0 to 1. */
  constructor(random: Random, plan: MischiefPlan, progress: () => number) {
    this.#random = random;
    this.#plan = plan;
    this.#progress = progress;
    this.#next = { cut: this.#draw('cut'), freeze: this.#draw('freeze'), stall: this.#draw('stall') };
  }

  /** Whether all that was planned has happened. */
  get isDone(): boolean {
    return TROUBLES.every((trouble) => this.count(trouble) >= this.#plan[trouble]);
  }

  count(trouble: Trouble): number {
    return this.made[trouble].controller + this.made[trouble].node;
  }

  begin(): void {
    this.#isOn = true;
  }

  end(): void {
    this.#isOn = false;
  }

  fateOf(chunk: Chunk): Fate {
    const { length } = chunk;
    if (!this.#isOn) return { parts: [{ end: length, waitMs: 0 }] };
    const parts = this.#parts(length);
    if (this.#meets('stall', chunk)) parts[0] = { end: parts[0]?.end ?? length, waitMs: this.#stallMs() };
    if (this.#meets('cut', chunk)) return { parts, end: 'cut' };
    // The greeting has a patience of its own, which is longer, and shown elsewhere.
    if (chunk.index >= GREETING_CHUNKS && this.#meets('freeze', chunk)) return { parts, end: 'freeze' };
    return { parts };
  }

  #parts(length: number): { end: number; waitMs: number }[] {
    const random = this.#random;
    const ends = random.chance(0.3) ? [random.between(1, length), random.between(1, length), length] : [length];
    const waitMs = (): number => (random.chance(0.3) ? random.between(1, 15) : 0);
    return ends.sort((a, b) => a - b).map((end) => ({ end, waitMs: waitMs() }));
  }

  #stallMs(): number {
    return this.#random.between(STALL_MS_MIN, STALL_MS_MAX);
  }

  #meets(trouble: Trouble, { side }: Chunk): boolean {
    const next = this.#next[trouble];
    const isDue = this.count(trouble) < this.#plan[trouble] && this.#progress() >= next.at;
    if (!isDue || side !== next.side) return false;
    next.chunks -= 1;
    if (next.chunks > 0) return false;
    this.made[trouble][side] += 1;
    this.#next[trouble] = this.#draw(trouble);
    return true;
  }

  #draw(trouble: Trouble): NextTrouble {
    const at = (this.count(trouble) / this.#plan[trouble]) * LAST_AT;
    return { at, side: this.#sideOf(trouble), chunks: this.#random.between(1, 12) };
  }

  /** The rarer ones happen to both in turn. */
  #sideOf(trouble: Trouble): Side {
    const isController = trouble === 'cut' ? this.#random.chance(0.5) : this.count(trouble) % 2 === 1;
    return isController ? 'controller' : 'node';
  }
}

const STALL_MS_MIN = 200;

/** A node that a relay asks has five seconds to answer: a stall must not be taken for a silent node. */
const STALL_MS_MAX = 600;

/** There must be work left after the last trouble, for it to hit. */
const LAST_AT = 0.9;

/** By then the two ends of a connection know each other. */
const GREETING_CHUNKS = 10;

function noneYet(): Record<Side, number> {
  return { controller: 0, node: 0 };
}

interface NextTrouble {
  /** The progress from which on it may happen. */
  readonly at: number;
  readonly side: Side;
  /** With which chunk of that side from then on. */
  chunks: number;
}
