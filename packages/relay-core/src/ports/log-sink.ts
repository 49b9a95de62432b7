import type { LogEntry } from '@telepat/otto-protocol';

/**
 * Where log entries go to be kept. `write` never blocks and never throws; `line` is the entry as JSON, without a line
 * break, because the relay needs it, too.
 */
export interface LogSink {
  write(entry: LogEntry, line: string): void;
}
