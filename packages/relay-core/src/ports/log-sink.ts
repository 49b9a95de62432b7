import type { LogEntry } from '@telepat/otto-protocol';

/** Where log entries go to be kept. `write` never blocks and never throws. */
export interface LogSink {
  write(entry: LogEntry): void;
}
