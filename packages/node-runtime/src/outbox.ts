/** Outcomes that are kept while there is no connection. */
export const OUTBOX_LENGTH_MAX = 256;

/** … and how much text they may be together. */
export const OUTBOX_CHARS_MAX = 64 * 1024 * 1024;

/** Keeps what could not be sent, in order and within bounds: the oldest give way. */
export class Outbox {
  #kept: KeptOutcome[] = [];
  #chars = 0;

  /** The `requestId`s of those that had to give way. */
  keep(outcome: KeptOutcome): string[] {
    this.#kept.push(outcome);
    this.#chars += outcome.text.length;
    const dropped: string[] = [];
    while (this.#kept.length > OUTBOX_LENGTH_MAX || this.#chars > OUTBOX_CHARS_MAX) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) break;
      this.#chars -= oldest.text.length;
      dropped.push(oldest.requestId);
    }
    return dropped;
  }

  /** Gives away everything, oldest first. */
  takeAll(): KeptOutcome[] {
    const all = this.#kept;
    this.#kept = [];
    this.#chars = 0;
    return all;
  }
}

export interface KeptOutcome {
  readonly requestId: string;
  readonly text: string;
}
