import { toIsoTime } from '@telepat/otto-protocol';
import type { Clock, Timer } from '../ports/clock.js';

/** A clock that stands still until it is told to advance; due timers run in order of time, then of arming. */
export class ManualClock implements Clock {
  #now: number;
  #ticks = 0;
  #armed: ArmedTimer[] = [];
  #sequence = 0;

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
    const timer: ArmedTimer = { dueAt: this.#ticks + Math.max(0, ms), sequence: this.#sequence++, run };
    this.#armed.push(timer);
    return { cancel: () => (this.#armed = this.#armed.filter((other) => other !== timer)) };
  }

  /** Wall time as frames carry it. */
  isoNow(): string {
    return toIsoTime(this.#now);
  }

  /** How many timers are armed. */
  get armedCount(): number {
    return this.#armed.length;
  }

  /** Lets `ms` milliseconds pass, running what falls due on the way. */
  advance(ms: number): void {
    const end = this.#ticks + ms;
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#moveTo(next.dueAt);
      this.#armed = this.#armed.filter((other) => other !== next);
      next.run();
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

  #nextDue(end: number): ArmedTimer | undefined {
    let first: ArmedTimer | undefined;
    for (const timer of this.#armed) {
      if (timer.dueAt > end) continue;
      if (first === undefined || timer.dueAt < first.dueAt) first = timer;
      else if (timer.dueAt === first.dueAt && timer.sequence < first.sequence) first = timer;
    }
    return first;
  }
}

interface ArmedTimer {
  readonly dueAt: number;
  readonly sequence: number;
  readonly run: () => void;
}
