import type {
  CommandJournal,
  JournalRecord,
  JournalRef,
  NodeOutcome,
  StoredRecord,
} from '../src/ports/command-journal.js';

/** How a disk behaves: it takes each record at once, keeps them waiting, or takes none. */
export type DiskMode = 'fast' | 'slow' | 'full';

/** A journal on a disk that may be slow or full, and that loses in a crash what it had not yet written. */
export class SimJournal implements CommandJournal {
  readonly #watcher: JournalWatcher;
  #durable: { record: JournalRecord; ref: JournalRef }[] = [];
  #waiting: { record: JournalRecord; resolve: (ref: JournalRef) => void }[] = [];
  #mode: DiskMode = 'fast';

  constructor(watcher: JournalWatcher) {
    this.#watcher = watcher;
  }

  get mode(): DiskMode {
    return this.#mode;
  }

  /** What is on disk, oldest first. */
  get records(): readonly JournalRecord[] {
    return this.#durable.map(({ record }) => record);
  }

  /** How much is on its way to the disk. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  become(mode: DiskMode): void {
    this.#mode = mode;
    if (mode === 'fast') this.sync();
  }

  load(): Promise<readonly StoredRecord[]> {
    return Promise.resolve(this.#durable.map(({ record, ref }) => stored(record, ref)));
  }

  append(record: JournalRecord): Promise<JournalRef> {
    if (this.#mode === 'full') return Promise.reject(new Error('ENOSPC: no space left on device'));
    this.#watcher.offered(record);
    return new Promise((resolve) => {
      this.#waiting.push({ record, resolve });
      if (this.#mode === 'fast') this.sync();
    });
  }

  read(ref: JournalRef): Promise<NodeOutcome> {
    const found = this.#durable.find((each) => each.ref === ref)?.record;
    if (found?.kind !== 'outcome') return Promise.reject(new Error('no outcome stands there'));
    return Promise.resolve(found.outcome);
  }

  /** Writes the oldest of what waits, or all of it. */
  sync(count = Infinity): void {
    for (const { record, resolve } of this.#waiting.splice(0, count)) {
      const ref = {};
      this.#durable.push({ record, ref });
      this.#watcher.written(record);
      resolve(ref);
    }
  }

  /** The process is gone: what waits is lost. */
  lose(): void {
    this.#waiting = [];
  }
}

interface JournalWatcher {
  /** A record is on its way to the disk. */
  offered(record: JournalRecord): void;
  /** It is there; the relay hears of it next. */
  written(record: JournalRecord): void;
}

function stored(record: JournalRecord, ref: JournalRef): StoredRecord {
  if (record.kind !== 'outcome') return record;
  const { outcome, ...rest } = record;
  return { ...rest, ref, byteLength: JSON.stringify(outcome).length, isOmitted: false };
}
