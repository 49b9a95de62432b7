import { parseIsoTime } from '@telepat/otto-protocol';
import type { Clock } from '../ports/clock.js';

/** By how much it runs slower than time does while it waits for a wall clock that was set back: one part in so many. */
const SLOWDOWN = 32;

/** What runs for so many milliseconds by this clock takes at most this many times as long. */
export const RELAY_TIME_STRETCH = SLOWDOWN / (SLOWDOWN - 1);

/**
 * The time by which commands are stamped: the wall clock, but it never goes back, so that a timestamp that has left the
 * replay window never comes back into it. When the wall clock is set back this one goes on from where it was, a little
 * slower until the two meet again; peers learn it as `relayTime` and correct their stamps by it.
 */
export class RelayTime {
  readonly #clock: Clock;
  #reached = -Infinity;
  #reachedAt = 0;
  #parsed: { readonly text: string; readonly epochMs: number | undefined } = { text: '', epochMs: undefined };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What a frame says of its time, in epoch milliseconds. Under load many share a millisecond, and its text. */
  parse(timestamp: unknown): number | undefined {
    if (timestamp === this.#parsed.text) return this.#parsed.epochMs;
    const epochMs = parseIsoTime(timestamp);
    if (typeof timestamp === 'string' && epochMs !== undefined) this.#parsed = { text: timestamp, epochMs };
    return epochMs;
  }

  /** Epoch milliseconds. */
  now(): number {
    const ticks = this.#clock.ticks();
    const atLeast = this.#reached + (ticks - this.#reachedAt) / RELAY_TIME_STRETCH;
    this.#reached = Math.max(this.#clock.now(), atLeast);
    this.#reachedAt = ticks;
    return this.#reached;
  }
}
