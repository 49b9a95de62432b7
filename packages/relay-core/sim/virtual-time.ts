import type { Clock, Timer } from '../src/ports/clock.js';
import { TimerHeap } from '../src/testing/timer-heap.js';

/** The time of a simulated world. It goes on when a relay dies, and the wall clock can be moved alone. */
export class VirtualTime {
  #wall = 1_769_860_800_000;
  #ticks = 0;

  /** Epoch milliseconds, as the wall clock of the relay's machine shows them. */
  get wall(): number {
    return this.#wall;
  }

  /** Monotonic milliseconds. */
  get ticks(): number {
    return this.#ticks;
  }

  moveTo(ticks: number): void {
    this.#wall += ticks - this.#ticks;
    this.#ticks = ticks;
  }

  /** Moves the wall clock alone, as a user or a time server does. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}

/** The clock of one relay: its timers die with it. */
export class HeapClock implements Clock {
  readonly #time: VirtualTime;
  readonly #timers = new TimerHeap();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  now(): number {
    return this.#time.wall;
  }

  ticks(): number {
    return this.#time.ticks;
  }

  after(ms: number, run: () => void): Timer {
    return this.#timers.arm(this.#time.ticks + Math.max(0, ms), run);
  }

  /** How many timers are armed. */
  get armedCount(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, in ticks. */
  nextDueAt(): number | undefined {
    return this.#timers.nextDueAt;
  }

  /** Runs the timer that `nextDueAt` speaks of. */
  runNext(): void {
    this.#timers.takeNext()?.();
  }
}
