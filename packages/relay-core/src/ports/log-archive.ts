import type { LogEntry } from '@telepat/otto-protocol';
import type { EntryFilter } from '../logs/log-query.js';
import type { PlainViewer } from '../logs/visibility.js';

/**
 * All that the sink kept, that of earlier runs included. What it is asked for is plain data, so that it can be looked
 * for in another thread.
 */
export interface LogArchive {
  /** Whether it held more, at the start, than the recent entries that the relay was given. */
  readonly holdsMoreThanRecent: boolean;
  /**
   * The newest `countMax` entries that match and that the viewer may see, oldest first.
   *
   * @throws OttoError `log_unavailable`
   */
  list(query: ArchiveQuery, countMax: number, hangup?: Hangup): Promise<LogEntry[]>;
  /** Everything that matches and that the viewer may see, oldest first, as lines of JSON in chunks of whole lines. */
  export(query: ArchiveQuery, hangup?: Hangup): AsyncIterable<Uint8Array>;
  /** May begin to count what is not counted yet. */
  status(): ArchiveStatus;
}

export interface ArchiveQuery {
  readonly filter: EntryFilter;
  readonly viewer: PlainViewer;
}

/** Tells whether whoever asked is still there: an `AbortSignal` is one. */
export interface Hangup {
  readonly aborted: boolean;
  addEventListener(type: 'abort', run: () => void, options?: { once?: boolean }): void;
}

export interface ArchiveStatus {
  readonly retentionDays: number;
  readonly sizeBytes: number;
  readonly maxFileBytes: number;
  /** Entries as far as they are counted. */
  readonly totalEvents: number;
  /** Some files are still being counted. */
  readonly isCounting: boolean;
  /** When the oldest entry was made, once that is known. */
  readonly oldest?: string;
}
