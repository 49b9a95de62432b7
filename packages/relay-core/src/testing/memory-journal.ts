import type { CommandJournal, JournalRecord, JournalRef, NodeOutcome, StoredRecord } from '../ports/command-journal.js';

/**
 * A journal in memory. Records are durable once `sync` ran, which happens by itself unless `holds` is set; `crash`
 * loses the rest.
 */
export class MemoryJournal implements CommandJournal {
  readonly #durable: { record: JournalRecord; ref: JournalRef }[] = [];
  #waiting: Waiting[] = [];
  /** Keeps appends waiting until `sync` is called. */
  holds = false;
  /** Makes every append fail, as a full disk does. */
  isFull = false;

  load(): Promise<readonly StoredRecord[]> {
    return Promise.resolve(this.#durable.map(({ record, ref }) => stored(record, ref)));
  }

  append(record: JournalRecord): Promise<JournalRef> {
    if (this.isFull) return Promise.reject(new Error('ENOSPC: no space left on device'));
    return new Promise((resolve) => {
      this.#waiting.push({ record, resolve });
      if (!this.holds) this.sync();
    });
  }

  read(ref: JournalRef): Promise<NodeOutcome> {
    const found = this.#durable.find((each) => each.ref === ref)?.record;
    if (found?.kind !== 'outcome') return Promise.reject(new Error('no outcome stands there'));
    return Promise.resolve(found.outcome);
  }

  /** Makes everything that waits durable. */
  sync(): void {
    for (const { record, resolve } of this.#waiting.splice(0)) {
      const ref = {};
      this.#durable.push({ record, ref });
      resolve(ref);
    }
  }

  /** What was not durable is gone; nobody hears of it. */
  crash(): void {
    this.#waiting = [];
  }

  /** The kinds of the durable records of one key, in order. */
  kindsOf(key: string): string[] {
    return this.#durable.filter(({ record }) => record.key === key).map(({ record }) => record.kind);
  }
}

function stored(record: JournalRecord, ref: JournalRef): StoredRecord {
  if (record.kind !== 'outcome') return record;
  const { outcome, ...rest } = record;
  const byteLength = JSON.stringify(outcome).length;
  return { ...rest, ref, byteLength, isOmitted: outcome.payload['resultOmitted'] === true };
}

interface Waiting {
  readonly record: JournalRecord;
  readonly resolve: (ref: JournalRef) => void;
}
