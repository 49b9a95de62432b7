import { toIsoTime } from '@telepat/otto-protocol';
import type { Clock, Timer } from '../ports/clock.js';
import { TimerHeap } from './timer-heap.js';

/** A clock that stands still until it is told to advance; due timers run in order of time, then of arming. */
export class ManualClock implements Clock {
  #now: number;
  #ticks = 0;
  readonly #timers = new TimerHeap();

  constructor(now = 1_769_860_800_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#ticks;
  }

  after(ms: number, run: () => void): Timer {
    return this.#timers.arm(this.#ticks + Math.max(0, ms), run);
  }

  /** Wall time as frames carry it. */
  isoNow(): string {
    return toIsoTime(this.#now);
  }

  /** How many timers are armed. */
  get armedCount(): number {
    return this.#timers.size;
  }

  /** Lets `ms` milliseconds pass, running what falls due on the way. */
  advance(ms: number): void {
    const end = this.#ticks + ms;
    for (let dueAt = this.#timers.nextDueAt; dueAt !== undefined && dueAt <= end; dueAt = this.#timers.nextDueAt) {
      this.#moveTo(dueAt);
      this.#timers.takeNext()?.();
    }
    this.#moveTo(end);
  }

  /** Moves the wall clock alone, as a user or a time server does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #moveTo(ticks: number): void {
    this.#now += ticks - this.#ticks;
    this.#ticks = ticks;
  }
}
