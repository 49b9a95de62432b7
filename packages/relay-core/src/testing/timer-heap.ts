import type { Timer } from '../ports/clock.js';

/**
 * Armed timers in order of time, then of arming. A binary heap in which each timer knows its place, so that one that is
 * cancelled leaves at once: what is kept is what is armed.
 */
export class TimerHeap {
  readonly #heap: HeapTimer[] = [];
  #sequence = 0;

  /** How many timers are armed. */
  get size(): number {
    return this.#heap.length;
  }

  /** When the next timer is due. */
  get nextDueAt(): number | undefined {
    return this.#heap[0]?.dueAt;
  }

  arm(dueAt: number, run: () => void): Timer {
    const timer: HeapTimer = { dueAt, sequence: this.#sequence++, run, at: this.#heap.length };
    this.#heap.push(timer);
    this.#rise(timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** Takes the timer that `nextDueAt` speaks of: it is not armed any more, and for the caller to run. */
  takeNext(): (() => void) | undefined {
    const first = this.#heap[0];
    if (first === undefined) return undefined;
    this.#remove(first);
    return first.run;
  }

  #remove(timer: HeapTimer): void {
    const { at } = timer;
    if (at < 0) return;
    timer.at = GONE;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    this.#put(last, at);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(timer: HeapTimer): void {
    while (timer.at > 0) {
      const above = this.#heap[(timer.at - 1) >> 1];
      if (above === undefined || isSooner(above, timer)) return;
      this.#swap(above, timer);
    }
  }

  #sink(timer: HeapTimer): void {
    for (;;) {
      const left = this.#heap[2 * timer.at + 1];
      const right = this.#heap[2 * timer.at + 2];
      const below = left !== undefined && right !== undefined && isSooner(right, left) ? right : left;
      if (below === undefined || isSooner(timer, below)) return;
      this.#swap(timer, below);
    }
  }

  #swap(above: HeapTimer, below: HeapTimer): void {
    const { at } = above;
    this.#put(above, below.at);
    this.#put(below, at);
  }

  #put(timer: HeapTimer, at: number): void {
    timer.at = at;
    this.#heap[at] = timer;
  }
}

/** The place of a timer that ran or was cancelled. */
const GONE = -1;

function isSooner(a: HeapTimer, b: HeapTimer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence);
}

interface HeapTimer {
  readonly dueAt: number;
  readonly sequence: number;
  readonly run: () => void;
  at: number;
}
