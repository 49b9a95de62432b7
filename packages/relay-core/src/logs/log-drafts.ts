import type { Clock, Timer } from '../ports/clock.js';

/**
 * An entry waits for others no longer than this. What a killed relay loses is this, what the sink adds and a write: those
 * who keep the log on a disk promise no more than 20 ms of it.
 */
export const DRAFT_WAIT_MS_MAX = 15;

/** So many take a millisecond or two to finish, in which nobody else is served. */
export const DRAFTS_MAX = 512;

/**
 * Entries about commands that are not redacted, made into lines and counted yet. Two or three follow each command; when
 * there is one command at a time, each of them would be code that the processor has long forgotten, and everybody would
 * wait for it. One after the other they cost a third: 30 µs of a lonely command's 200, and a sixth of its time.
 */
export class LogDrafts<Event> {
  readonly #clock: Clock;
  readonly #finishAll: (drafts: readonly Draft<Event>[]) => void;
  #drafts: Draft<Event>[] = [];
  #timer: Timer | undefined;

  /** @param finishAll is given all that there are, oldest first */
  constructor(clock: Clock, finishAll: (drafts: readonly Draft<Event>[]) => void) {
    this.#clock = clock;
    this.#finishAll = finishAll;
  }

  /** Adds one of now. */
  add(event: Event): void {
    this.#drafts.push({ event, at: this.#clock.now() });
    if (this.#drafts.length >= DRAFTS_MAX) this.finish();
    else this.#timer ??= this.#clock.after(DRAFT_WAIT_MS_MAX, () => this.finish());
  }

  /** Finishes all that there are, and leaves no timer armed. */
  finish(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#drafts.length === 0) return;
    const drafts = this.#drafts;
    this.#drafts = [];
    this.#finishAll(drafts);
  }
}

/** An entry to be, and when it was made: epoch milliseconds. */
export interface Draft<Event> {
  readonly event: Event;
  readonly at: number;
}
