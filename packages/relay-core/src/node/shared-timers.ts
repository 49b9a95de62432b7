import type { Clock, Timer } from '../ports/clock.js';
import { LinkedQueue, type QueueEntry } from './linked-queue.js';

/** So many lengths may have a timer of the clock although nobody waits any more; it goes off once, for nobody. */
export const IDLE_LENGTHS_MAX = 16;

/**
 * Timers of which nearly all are cancelled, as the deadlines of commands are. Those of one length are due in the order in
 * which they were set, and so need one timer of the clock together. One for each command, to be armed and cancelled, is
 * 4 % of what a command costs while many wait for one tab. Setting and cancelling take constant time.
 */
export class SharedTimers {
  readonly #clock: Clock;
  readonly #byLength = new Map<number, TimersOfLength>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs something once, after so many milliseconds, unless it is cancelled. */
  after(ms: number, run: () => void): Timer {
    let timers = this.#byLength.get(ms);
    if (timers === undefined) {
      timers = new TimersOfLength(this.#clock, ms, this.#onEmptied);
      this.#byLength.set(ms, timers);
    }
    return timers.add(run);
  }

  /** Cancels all of them. */
  clear(): void {
    for (const timers of this.#byLength.values()) timers.clear();
    this.#byLength.clear();
  }

  readonly #onEmptied = (timers: TimersOfLength): void => {
    if (timers.isArmed && this.#byLength.size <= IDLE_LENGTHS_MAX) return;
    timers.clear();
    if (this.#byLength.get(timers.ms) === timers) this.#byLength.delete(timers.ms);
  };
}

class TimersOfLength {
  readonly ms: number;
  readonly #clock: Clock;
  readonly #onEmptied: (timers: TimersOfLength) => void;
  readonly #waiting = new LinkedQueue<SharedTimer>();
  #timer: Timer | undefined;

  /** `onEmptied` hears that nobody waits any more, whether or not the clock's timer is still armed. */
  constructor(clock: Clock, ms: number, onEmptied: (timers: TimersOfLength) => void) {
    this.#clock = clock;
    this.ms = ms;
    this.#onEmptied = onEmptied;
  }

  get isArmed(): boolean {
    return this.#timer !== undefined;
  }

  add(run: () => void): Timer {
    const timer = new SharedTimer(this, this.#clock.ticks() + this.ms, run);
    timer.place = this.#waiting.push(timer);
    this.#timer ??= this.#clock.after(this.ms, this.#goOff);
    return timer;
  }

  remove(place: QueueEntry<SharedTimer>): void {
    if (this.#waiting.length === 0) return;
    this.#waiting.remove(place);
    if (this.#waiting.length === 0) this.#onEmptied(this);
  }

  clear(): void {
    while (this.#waiting.shift() !== undefined);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Runs those that are due. What one of them throws is for the clock to tell, and the others run all the same. */
  readonly #goOff = (): void => {
    const now = this.#clock.ticks();
    try {
      // Until this is over the timer counts as armed: what is set meanwhile is due later than those that wait.
      for (let first = this.#waiting.first; first !== undefined && first.at <= now; first = this.#waiting.first) {
        this.#waiting.shift();
        first.run();
      }
    } finally {
      this.#timer = undefined;
      const next = this.#waiting.first;
      if (next === undefined) this.#onEmptied(this);
      else this.#timer = this.#clock.after(Math.max(0, next.at - this.#clock.ticks()), this.#goOff);
    }
  };
}

class SharedTimer implements Timer {
  readonly at: number;
  readonly run: () => void;
  place: QueueEntry<SharedTimer> | undefined;
  readonly #timers: TimersOfLength;

  /** Due `at` these ticks. */
  constructor(timers: TimersOfLength, at: number, run: () => void) {
    this.#timers = timers;
    this.at = at;
    this.run = run;
  }

  cancel(): void {
    if (this.place !== undefined) this.#timers.remove(this.place);
    this.place = undefined;
  }
}
