import type { ExtensionLogEvent, LogLevel } from '@telepat/otto-protocol';

/** What the node tells its host's log; ids and reasons, never payloads or page content. */
export interface NodeLogEntry {
  readonly level: LogLevel;
  readonly type:
    | 'connection_restored'
    | 'duplicate_command_ignored'
    | 'frame_limit_learned'
    | 'outcome_dropped'
    | 'paired_anew'
    | 'relay_error'
    | 'internal_error'
    | 'site_command_failed'
    | 'site_command_log'
    | 'site_command_unusable'
    | 'token_renewal_failed'
    | 'token_store_failed';
  readonly requestId?: string;
  readonly traceId?: string;
  readonly action?: string;
  readonly code?: string;
  /** How long something took. */
  readonly durationMs?: number;
  /** The most that a frame may have. */
  readonly bytesMax?: number;
  /** Of a site command. */
  readonly site?: string;
  readonly command?: string;
  /** What a site command wrote, or why its file cannot be used. It may hold anything, and stays with the host. */
  readonly message?: string;
  /** What was thrown, where it was a bug of ours or of a site command. */
  readonly error?: unknown;
}

export type LogToHost = (entry: NodeLogEntry) => void;

/** The relay knows of them, they are about its own answers, or they hold what is nobody's but the host's. */
const HOST_ONLY: ReadonlySet<NodeLogEntry['type']> = new Set([
  'relay_error',
  'site_command_log',
  'site_command_unusable',
]);

/**
 * What the relay's operation log is to hear of an entry, as the payload of an `extension_log`; undefined for what only
 * the host is told. An answer to an `extension_log` is never the reason for another one.
 */
export function extensionLogOf(entry: NodeLogEntry): ExtensionLogEvent | undefined {
  if (HOST_ONLY.has(entry.type)) return undefined;
  const { code: status, error: _error, message: _message, site, command, durationMs, bytesMax, ...ids } = entry;
  const data = {
    ...(site === undefined ? {} : { site, command }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(bytesMax === undefined ? {} : { bytesMax }),
  };
  return {
    type: 'extension_log',
    entry: {
      ...ids,
      ...(status === undefined ? {} : { status }),
      ...(Object.keys(data).length === 0 ? {} : { data }),
    },
  };
}
