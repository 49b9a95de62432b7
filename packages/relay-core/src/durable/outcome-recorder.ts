import { utf8Length } from '@telepat/otto-protocol';
import { DURABLE_OUTCOME_BYTES_MAX, JOURNAL_WAIT_MS_MAX } from '@telepat/otto-protocol/limits';
import type { CommandJournal, JournalRef, NodeOutcome } from '../ports/command-journal.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { DurableEntry } from './durable-entry.js';
import type { DurableIndex } from './durable-index.js';
import { abridged } from './node-outcome.js';

/** Wait before a record that the journal refused is offered again. */
const RETRY_MS = 1_000;

/** Brings outcomes into the journal before they are delivered, or after a bounded wait anyway. */
export class OutcomeRecorder {
  readonly #clock: Clock;
  readonly #journal: CommandJournal;
  readonly #index: DurableIndex;
  readonly #timers = new Set<Timer>();
  #isClosed = false;

  constructor(clock: Clock, journal: CommandJournal, index: DurableIndex) {
    this.#clock = clock;
    this.#journal = journal;
    this.#index = index;
  }

  /**
   * Records a node's outcome. `deliver` runs once: when the outcome is durable, or when the journal has had its time;
   * what the journal would keep of it is then kept in memory, and offered again until the journal takes it.
   */
  record(entry: DurableEntry, outcome: NodeOutcome, deliver: () => void): void {
    const stored = toKeep(outcome);
    entry.state = { phase: 'recording', outcome, isGiven: false };
    // It counts from here: a journal that takes nothing must not make room for more.
    this.#index.setBytes(entry, stored.byteLength);
    let give: (() => void) | undefined = deliver;
    const deliverOnce = () => {
      timer.cancel();
      this.#timers.delete(timer);
      const run = give;
      give = undefined;
      if (run === undefined) return;
      if (entry.state.phase === 'recording') {
        entry.state = { phase: 'recording', outcome: stored.kept, isGiven: true };
      }
      run();
    };
    const timer = this.#clock.after(JOURNAL_WAIT_MS_MAX, deliverOnce);
    this.#timers.add(timer);
    this.#append(entry, stored, deliverOnce);
  }

  /** Notes that a command whose routing is on record never left for its node. */
  closeEntry(entry: DurableEntry): void {
    const record = { kind: 'closed' as const, ...entry.journalKey, requestId: entry.requestId };
    // Without it the node is asked after a restart, and says that it knows nothing: a poorer answer, but a true one.
    this.#journal.append(record).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #append(entry: DurableEntry, outcome: KeptOutcome, recorded: () => void): void {
    const { kept, isOmitted } = outcome;
    const stored = (ref: JournalRef) => {
      if (this.#isClosed) return;
      entry.state = { phase: 'done', ref, isOmitted };
      recorded();
    };
    const again = () => {
      if (this.#isClosed) return;
      const timer = this.#clock.after(RETRY_MS, () => {
        this.#timers.delete(timer);
        this.#append(entry, outcome, recorded);
      });
      this.#timers.add(timer);
    };
    const { journalKey, requestId } = entry;
    this.#journal.append({ kind: 'outcome', ...journalKey, requestId, outcome: kept }).then(stored, again);
  }
}

/** What the journal keeps of an outcome: all of a small one, of a large one that it was there. */
function toKeep(outcome: NodeOutcome): KeptOutcome {
  const byteLength = utf8Length(JSON.stringify(outcome.payload));
  const isOmitted = byteLength > DURABLE_OUTCOME_BYTES_MAX || outcome.payload['resultOmitted'] === true;
  if (!isOmitted) return { kept: outcome, byteLength, isOmitted };
  const kept = abridged(outcome, byteLength);
  return { kept, byteLength: utf8Length(JSON.stringify(kept.payload)), isOmitted };
}

interface KeptOutcome {
  readonly kept: NodeOutcome;
  readonly byteLength: number;
  readonly isOmitted: boolean;
}
