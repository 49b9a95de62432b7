import type { LogEntry } from '@telepat/otto-protocol';

/** The newest entries, up to a fixed number. */
export class EntryRing {
  readonly #size: number;
  readonly #entries: LogEntry[] = [];
  /** Where the next entry goes once the ring is full; the oldest one is there. */
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(entry: LogEntry): void {
    if (this.#entries.length < this.#size) {
      this.#entries.push(entry);
      return;
    }
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#size;
  }

  get oldest(): LogEntry | undefined {
    return this.#entries[this.#next];
  }

  get newest(): LogEntry | undefined {
    return this.#entries[this.#newestIndex()];
  }

  *newestFirst(): Generator<LogEntry> {
    const { length } = this.#entries;
    for (let age = 0; age < length; age += 1) {
      const entry = this.#entries[(this.#newestIndex() - age + length) % length];
      if (entry !== undefined) yield entry;
    }
  }

  #newestIndex(): number {
    const { length } = this.#entries;
    return (this.#next - 1 + length) % length;
  }
}
