import type { LogEntry } from '@telepat/otto-protocol';
import type { LogSink } from '../ports/log-sink.js';

/** Keeps every entry, for tests to look at. */
export class MemoryLog implements LogSink {
  readonly entries: LogEntry[] = [];

  write(entry: LogEntry): void {
    this.entries.push(entry);
  }

  /** The entries of one type, oldest first. */
  ofType(type: string): LogEntry[] {
    return this.entries.filter((entry) => entry.type === type);
  }
}
