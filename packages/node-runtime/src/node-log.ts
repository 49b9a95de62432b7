import type { ExtensionLogEvent, LogLevel } from '@telepat/otto-protocol';

/** What the node tells its host's log; ids and reasons, never payloads or page content. */
export interface NodeLogEntry {
  readonly level: LogLevel;
  readonly type: 'duplicate_command_ignored' | 'outcome_dropped' | 'relay_error' | 'internal_error';
  readonly requestId?: string;
  readonly traceId?: string;
  readonly action?: string;
  readonly code?: string;
  /** What was thrown, where it was a bug of ours. */
  readonly error?: unknown;
}

export type LogToHost = (entry: NodeLogEntry) => void;

/** Entries of the node's own life at the relay: the relay knows of them, or they are about its own answers. */
const HOST_ONLY: ReadonlySet<NodeLogEntry['type']> = new Set(['relay_error']);

/**
 * What the relay's operation log is to hear of an entry, as the payload of an `extension_log`; undefined for what only
 * the host is told. An answer to an `extension_log` is never the reason for another one.
 */
export function extensionLogOf(entry: NodeLogEntry): ExtensionLogEvent | undefined {
  if (HOST_ONLY.has(entry.type)) return undefined;
  const { code: status, error: _error, ...ids } = entry;
  return { type: 'extension_log', entry: { ...ids, ...(status === undefined ? {} : { status }) } };
}
