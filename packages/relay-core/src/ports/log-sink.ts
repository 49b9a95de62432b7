import type { LogLevel } from '@telepat/otto-protocol';

/** Where log entries go to be kept. `write` never blocks and never throws. */
export interface LogSink {
  write(batch: LogBatch): void;
}

/**
 * Entries that are written together, one or some hundreds, oldest first.
 *
 * @example
 * const sink: LogSink = { write: ({ bytes }) => file.write(bytes) };
 */
export interface LogBatch {
  /** What there is to know of each of them without reading it. */
  readonly lines: readonly LineFacts[];
  /**
   * Each of them as a line of JSON with its line break, in UTF-8: encoded once for all who keep them, and nobody changes
   * it. `entriesOf` reads them.
   */
  readonly bytes: Uint8Array;
}

/** Of the entry on a line. */
export interface LineFacts {
  readonly level: LogLevel;
  /** When it was made; ISO-8601, in UTC. */
  readonly timestamp: string;
}
