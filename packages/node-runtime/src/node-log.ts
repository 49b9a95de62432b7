import type { LogLevel } from '@telepat/otto-protocol';

/** What the node tells its host's log; ids and reasons, never payloads or page content. */
export interface NodeLogEntry {
  readonly level: LogLevel;
  readonly type: 'duplicate_command_ignored' | 'outcome_dropped' | 'relay_error' | 'internal_error';
  readonly requestId?: string;
  readonly action?: string;
  readonly code?: string;
  /** What was thrown, where it was a bug of ours. */
  readonly error?: unknown;
}

export type LogToHost = (entry: NodeLogEntry) => void;
