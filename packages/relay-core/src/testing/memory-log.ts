import type { LogEntry } from '@telepat/otto-protocol';
import { entriesOf } from '../logs/log-line.js';
import type { LogBatch, LogSink } from '../ports/log-sink.js';

/** Keeps every entry, for tests to look at. */
export class MemoryLog implements LogSink {
  readonly #entries: LogEntry[] = [];
  /** What nobody has looked at yet. */
  readonly #unread: LogBatch[] = [];
  #source: LogSource | undefined;

  write(batch: LogBatch): void {
    this.#unread.push(batch);
  }

  /** Lets those who look see what this relay or book has written a moment ago, too. */
  readFrom(source: LogSource): void {
    this.#source = source;
  }

  get entries(): LogEntry[] {
    this.#source?.flush();
    for (const batch of this.#unread.splice(0)) this.#entries.push(...entriesOf(batch));
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
