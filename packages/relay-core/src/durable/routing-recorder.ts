import { JOURNAL_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import type { CommandJournal } from '../ports/command-journal.js';
import type { Clock, Timer } from '../ports/clock.js';
import { PerNodeTable } from '../session/per-node-table.js';
import type { DurableEntry } from './durable-entry.js';

/** Brings into the journal that a command is about to leave for its node, or gives up after a bounded wait. */
export class RoutingRecorder {
  readonly #clock: Clock;
  readonly #journal: CommandJournal;
  readonly #waits = new Map<DurableEntry, Timer>();
  /** Records that the journal has not answered for, wanted or not. */
  readonly #unanswered = new PerNodeTable<DurableEntry>();

  constructor(clock: Clock, journal: CommandJournal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** Exactly one of the three runs; none when the wait is abandoned and the journal refuses after all. */
  record(entry: DurableEntry, then: RoutingEndings): void {
    const failed = () => {
      if (this.#waits.delete(entry)) then.failed();
    };
    const timer = this.#clock.after(JOURNAL_WAIT_MS_MAX, failed);
    this.#waits.set(entry, timer);
    const { action, hash, requestId, at } = entry;
    this.#unanswered.add(entry);
    this.#journal.append({ kind: 'routing', ...entry.journalKey, hash, requestId, at, action }).then(
      () => {
        this.#unanswered.remove(entry);
        const isAwaited = this.#waits.get(entry) === timer;
        timer.cancel();
        if (isAwaited) this.#waits.delete(entry);
        if (isAwaited) then.ready();
        else then.tooLate();
      },
      () => {
        this.#unanswered.remove(entry);
        timer.cancel();
        failed();
      },
    );
  }

  /** Whether a record of this id may still come into the journal: another one of it would be mistaken for that. */
  isUnanswered(nodeId: string, requestId: string): boolean {
    return this.#unanswered.find(nodeId, requestId) !== undefined;
  }

  /** Nobody waits for the journal any more. */
  abandon(entry: DurableEntry): void {
    this.#waits.get(entry)?.cancel();
    this.#waits.delete(entry);
  }

  close(): void {
    for (const timer of this.#waits.values()) timer.cancel();
    this.#waits.clear();
  }
}

export interface RoutingEndings {
  ready(): void;
  /** The record stands, but the command was settled before: it will not be sent. */
  tooLate(): void;
  failed(): void;
}
