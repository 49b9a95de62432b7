import type { Clock, Timer } from '../ports/clock.js';
import { BATCH_LINES_MAX } from './entry-ring.js';

/**
 * An entry waits for others no longer than this. What a killed relay loses is this and what the sink adds: those who
 * keep the log on a disk promise no more than 20 ms of it.
 */
export const DRAFT_WAIT_MS_MAX = 10;

/** So many take less than a millisecond to be completed, in which nobody else is served. */
export const DRAFTS_MAX = BATCH_LINES_MAX;

/**
 * Entries about commands that are not redacted, made into lines and counted yet. Two or three follow each command; when
 * there is one command at a time, each of them would be code that the processor has long forgotten, and everybody would
 * wait for it. One after the other they cost a third: 30 µs of a lonely command's 200, and a sixth of its time.
 */
export class LogDrafts<Entry> {
  readonly #clock: Clock;
  readonly #flushAll: (drafts: readonly Draft<Entry>[]) => void;
  #drafts: Draft<Entry>[] = [];
  #timer: Timer | undefined;

  /** @param flushAll is given all that there are, oldest first */
  constructor(clock: Clock, flushAll: (drafts: readonly Draft<Entry>[]) => void) {
    this.#clock = clock;
    this.#flushAll = flushAll;
  }

  /** Adds one of now. */
  add(event: Entry): void {
    this.#drafts.push({ event, at: this.#clock.now() });
    if (this.#drafts.length >= DRAFTS_MAX) this.flush();
    else this.#timer ??= this.#clock.after(DRAFT_WAIT_MS_MAX, () => this.flush());
  }

  /** Gives away all that there are, and leaves no timer armed. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#drafts.length === 0) return;
    const drafts = this.#drafts;
    this.#drafts = [];
    this.#flushAll(drafts);
  }
}

/** An entry to be, and when it was made: epoch milliseconds. */
export interface Draft<Entry> {
  readonly event: Entry;
  readonly at: number;
}
