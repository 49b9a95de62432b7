import { toIsoTime } from '@telepat/otto-protocol';
import type { Clock, Timer } from '../src/ports/clock.js';

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

  /** Wall time as frames carry it. */
  iso(offsetMs = 0): string {
    return toIsoTime(this.#wall + offsetMs);
  }
}

/** The clock of one relay: its timers die with it. A heap, because a storm arms and cancels many. */
export class HeapClock implements Clock {
  readonly #time: VirtualTime;
  #heap: ArmedTimer[] = [];
  #sequence = 0;
  #armedCount = 0;

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
    const timer: ArmedTimer = { dueAt: this.#time.ticks + Math.max(0, ms), sequence: this.#sequence++, run };
    this.#armedCount += 1;
    this.#push(timer);
    return { cancel: () => this.#disarm(timer) };
  }

  /** How many timers are armed. */
  get armedCount(): number {
    return this.#armedCount;
  }

  /** When the next timer is due, in ticks. */
  nextDueAt(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.run !== undefined) return first.dueAt;
      this.#pop();
    }
    return undefined;
  }

  /** Runs the timer that `nextDueAt` speaks of. */
  runNext(): void {
    const timer = this.#pop();
    const run = timer?.run;
    if (timer === undefined || run === undefined) return;
    this.#disarm(timer);
    run();
  }

  #disarm(timer: ArmedTimer): void {
    if (timer.run === undefined) return;
    timer.run = undefined;
    this.#armedCount -= 1;
  }

  #push(timer: ArmedTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || isSooner(parent, timer)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = timer;
  }

  #pop(): ArmedTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      const right = heap[down + 1];
      let child = heap[down];
      if (child !== undefined && right !== undefined && isSooner(right, child)) {
        child = right;
        down += 1;
      }
      if (child === undefined || isSooner(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

function isSooner(a: ArmedTimer, b: ArmedTimer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence);
}

interface ArmedTimer {
  readonly dueAt: number;
  readonly sequence: number;
  /** Undefined once it ran or was cancelled. */
  run: (() => void) | undefined;
}
