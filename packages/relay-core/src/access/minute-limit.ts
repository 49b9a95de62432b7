import type { Clock } from '../ports/clock.js';
import { LIMITED_KEYS_MAX } from './limits.js';

const MINUTE_MS = 60_000;

/**
 * So many a minute for each key: the minute begins with the first one; whoever reaches the limit is over it for a full
 * minute from then on. Strangers choose the keys, so their number is bounded.
 */
export class MinuteLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  /** In the order in which the minutes began. */
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  isReached(key: string): boolean {
    return (this.#current(key)?.count ?? 0) >= this.#perMinute;
  }

  count(key: string): void {
    const current = this.#current(key) ?? this.#begin(key);
    current.count += 1;
    if (current.count === this.#perMinute) current.endsAt = this.#clock.ticks() + MINUTE_MS;
  }

  /** Takes back one `count`. */
  uncount(key: string): void {
    const current = this.#current(key);
    if (current !== undefined) current.count -= 1;
  }

  #current(key: string): Count | undefined {
    const current = this.#counts.get(key);
    if (current === undefined || this.#clock.ticks() < current.endsAt) return current;
    this.#counts.delete(key);
    return undefined;
  }

  #begin(key: string): Count {
    const oldest = this.#counts.keys().next();
    if (this.#counts.size >= LIMITED_KEYS_MAX && oldest.done !== true) this.#counts.delete(oldest.value);
    const count = { count: 0, endsAt: this.#clock.ticks() + MINUTE_MS };
    this.#counts.set(key, count);
    return count;
  }
}

interface Count {
  count: number;
  endsAt: number;
}
