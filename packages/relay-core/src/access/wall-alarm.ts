import type { Clock, Timer } from '../ports/clock.js';

/**
 * Rings once the wall clock has reached a time. It looks at the clock every `lookEveryMs`, so that it is late by no more
 * than that when the clock is moved or the machine slept, and no timer has to be longer than the host can count.
 */
export class WallAlarm {
  readonly #clock: Clock;
  readonly #lookEveryMs: number;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #at: number | undefined;
  #isClosed = false;

  constructor(clock: Clock, options: { lookEveryMs: number; ring: () => void }) {
    this.#clock = clock;
    this.#lookEveryMs = options.lookEveryMs;
    this.#ring = options.ring;
  }

  /** Sets the alarm to a time, in epoch milliseconds, or off; the former one is off. */
  set(at: number | undefined): void {
    if (at === this.#at || this.#isClosed) return;
    this.#at = at;
    this.#arm();
  }

  /** Sets the alarm unless it will ring earlier anyway. */
  setNoLater(at: number): void {
    if (this.#at === undefined || at < this.#at) this.set(at);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#at === undefined) return;
    const wait = Math.min(Math.max(0, this.#at - this.#clock.now()), this.#lookEveryMs);
    this.#timer = this.#clock.after(wait, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#at !== undefined && this.#clock.now() < this.#at) return this.#arm();
    this.#at = undefined;
    this.#ring();
  }
}
