import { OttoError, parseIsoTime, toIsoTime, type LogEntry } from '@telepat/otto-protocol';
import type { LogsQuery } from '@telepat/otto-protocol/http';

/** What a query without `since` and `requestId` looks back on. */
const LOOK_BACK_MS = 3_600_000;

/** Which entries a reader asks for; `latest` is the number of the newest ones that match. */
export type LogFilter = LogsQuery;

/** Who reads the log, as far as it decides what may be seen. */
export interface Viewer {
  /** The operator, or scope `relay.admin`. */
  readonly seesAll: boolean;
  readonly clientId?: string;
  readonly controllerId?: string;
  /** Whether the viewer may command the node. */
  readonly nodeIds: (nodeId: string) => boolean;
}

/**
 * The test of one filter, `latest` aside. Entries carry their time in one format, so that times compare as texts.
 *
 * @throws OttoError `invalid_since`
 */
export function logMatcher(filter: LogFilter, now: number): (entry: LogEntry) => boolean {
  const since = sinceOf(filter, now);
  const { level, nodeId, requestId } = filter;
  const source = filter.source === 'all' ? undefined : filter.source;
  return (entry) =>
    entry.timestamp >= since &&
    (level === undefined || entry.level === level) &&
    (source === undefined || entry.source === source) &&
    (nodeId === undefined || entry.nodeId === nodeId) &&
    (requestId === undefined || entry.requestId === requestId);
}

/** What strangers said, and whose ids they named, is for the owner of the relay alone. */
const OPERATOR_TYPES: ReadonlySet<string> = new Set([
  'auth_rejected',
  'unauthenticated_frame_rejected',
  'ws_upgrade_rejected',
  'result_owner_mismatch',
]);

/**
 * Whether a viewer may see an entry: its own; of nodes that it may command what carries nobody else's identity; and
 * what the relay says about nobody in particular.
 */
export function isVisibleTo(viewer: Viewer, entry: LogEntry): boolean {
  if (viewer.seesAll) return true;
  if (OPERATOR_TYPES.has(entry.type)) return false;
  const { clientId, controllerId, nodeId } = entry;
  if (clientId !== undefined && clientId === viewer.clientId) return true;
  if (controllerId !== undefined && controllerId === viewer.controllerId) return true;
  if (clientId !== undefined || controllerId !== undefined) return false;
  return nodeId === undefined ? entry.source === 'relay' : viewer.nodeIds(nodeId);
}

function sinceOf(filter: LogFilter, now: number): string {
  if (filter.since !== undefined) {
    const since = parseIsoTime(filter.since);
    if (since === undefined) throw new OttoError('invalid_since');
    return toIsoTime(since);
  }
  return filter.requestId === undefined ? toIsoTime(now - LOOK_BACK_MS) : '';
}
