import type { NodeCommand } from './node-command.js';

/** Outcomes that are kept until the relay has surely got them. */
export const OUTBOX_LENGTH_MAX = 256;

/** … and how much text they may be together. */
export const OUTBOX_CHARS_MAX = 64 * 1024 * 1024;

/**
 * Keeps outcomes, in order and within bounds, until it is known that they arrived: what was sent over a connection that
 * is lost may be lost with it. The oldest give way.
 */
export class Outbox {
  readonly #kept = new Map<string, KeptOutcome>();
  #chars = 0;

  /** Keeps one more. Gives those that had to give way. */
  keep(outcome: KeptOutcome): KeptOutcome[] {
    const { requestId } = outcome.command;
    this.forget(requestId);
    this.#kept.set(requestId, outcome);
    this.#chars += outcome.text.length;
    const dropped: KeptOutcome[] = [];
    for (const oldest of this.#kept.values()) {
      if (this.#kept.size <= OUTBOX_LENGTH_MAX && this.#chars <= OUTBOX_CHARS_MAX) break;
      this.forget(oldest.command.requestId);
      dropped.push(oldest);
    }
    return dropped;
  }

  /** It has arrived, unless another one took its place meanwhile. */
  arrived(outcome: KeptOutcome): void {
    const { requestId } = outcome.command;
    if (this.#kept.get(requestId) === outcome) this.forget(requestId);
  }

  /** Whatever is kept under an id is of no use any more. */
  forget(requestId: string): void {
    const outcome = this.#kept.get(requestId);
    if (outcome === undefined) return;
    this.#kept.delete(requestId);
    this.#chars -= outcome.text.length;
  }

  /** Everything that may not have arrived, oldest first. */
  all(): readonly KeptOutcome[] {
    return [...this.#kept.values()];
  }
}

export interface KeptOutcome {
  readonly command: NodeCommand;
  readonly text: string;
  /** It was sent at least once. */
  isSent: boolean;
}
