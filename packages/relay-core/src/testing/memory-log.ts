import type { LogEntry } from '@telepat/otto-protocol';
import type { LogBatch, LogSink } from '../ports/log-sink.js';

/** Keeps every entry, for tests to look at. */
export class MemoryLog implements LogSink {
  readonly #entries: LogEntry[] = [];
  #source: LogSource | undefined;

  write({ entries }: LogBatch): void {
    this.#entries.push(...entries);
  }

  /** Lets those who look see what this relay or book has written a moment ago, too. */
  readFrom(source: LogSource): void {
    this.#source = source;
  }

  get entries(): LogEntry[] {
    this.#source?.flush();
    return this.#entries;
  }

  /** The entries of one type, oldest first. */
  ofType(type: string): LogEntry[] {
    return this.entries.filter((entry) => entry.type === type);
  }
}

/** Who writes to a log, and may hold some of it for a moment. */
interface LogSource {
  flush(): void;
}
