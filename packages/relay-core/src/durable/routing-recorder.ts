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
  /** By identity: those of them that nobody waits for any more, and that may come onto the disk all the same. */
  readonly #strays = new Map<string, Set<DurableEntry>>();

  constructor(clock: Clock, journal: CommandJournal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** Exactly one of the three runs; none when the wait is abandoned and the journal refuses after all. */
  record(entry: DurableEntry, then: RoutingEndings): void {
    const timer = this.#clock.after(JOURNAL_WAIT_MS_MAX, () => {
      this.abandon(entry);
      then.failed();
    });
    this.#waits.set(entry, timer);
    const { action, hash, instanceId, requestId, at } = entry;
    this.#unanswered.add(entry);
    this.#journal.append({ kind: 'routing', ...entry.journalKey, hash, requestId, at, action, instanceId }).then(
      () => {
        if (this.#answered(entry)) then.ready();
        else then.tooLate();
      },
      () => {
        if (this.#answered(entry)) then.failed();
      },
    );
  }

  /** Whether a record of this id may still come into the journal: another one of it would be mistaken for that. */
  isUnanswered(nodeId: string, requestId: string): boolean {
    return this.#unanswered.find(nodeId, requestId) !== undefined;
  }

  /** How many records of an identity may still come into the journal although nobody waits for them. */
  strayCount(identity: string): number {
    return this.#strays.get(identity)?.size ?? 0;
  }

  /** Nobody waits for the journal any more. */
  abandon(entry: DurableEntry): void {
    if (!this.#stopWaiting(entry)) return;
    const strays = this.#strays.get(entry.identity) ?? new Set();
    this.#strays.set(entry.identity, strays.add(entry));
  }

  close(): void {
    for (const timer of this.#waits.values()) timer.cancel();
    this.#waits.clear();
  }

  /** Says whether somebody has waited for it until now. */
  #answered(entry: DurableEntry): boolean {
    this.#unanswered.remove(entry);
    const strays = this.#strays.get(entry.identity);
    if (strays?.delete(entry) === true && strays.size === 0) this.#strays.delete(entry.identity);
    return this.#stopWaiting(entry);
  }

  #stopWaiting(entry: DurableEntry): boolean {
    this.#waits.get(entry)?.cancel();
    return this.#waits.delete(entry);
  }
}

export interface RoutingEndings {
  ready(): void;
  /** The record stands, but the command was settled before: it will not be sent. */
  tooLate(): void;
  failed(): void;
}
