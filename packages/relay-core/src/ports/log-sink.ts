import type { LogEntry } from '@telepat/otto-protocol';

/** Where log entries go to be kept. `write` never blocks and never throws. */
export interface LogSink {
  write(batch: LogBatch): void;
}

/** Entries that are written together, one or some hundreds, oldest first. */
export interface LogBatch {
  readonly entries: readonly LogEntry[];
  /**
   * Each of them as a line of JSON with its line break, in UTF-8: encoded once for all who keep them, and nobody changes
   * it.
   */
  readonly bytes: Uint8Array;
}
