import type { Clock, Timer } from './ports/clock.js';

/** A clock whose timers cannot end the process: what one throws is a bug of ours, reported, and costs nobody else. */
export class GuardedClock implements Clock {
  readonly #clock: Clock;
  readonly #reportBug: (error: unknown) => void;

  constructor(clock: Clock, reportBug: (error: unknown) => void) {
    this.#clock = clock;
    this.#reportBug = reportBug;
  }

  now(): number {
    return this.#clock.now();
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  after(ms: number, run: () => void): Timer {
    return this.#clock.after(ms, () => {
      try {
        run();
      } catch (error) {
        this.#reportBug(error);
      }
    });
  }
}
