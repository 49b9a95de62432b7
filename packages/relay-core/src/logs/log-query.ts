import { OttoError, parseIsoTime, toIsoTime, type LogEntry } from '@telepat/otto-protocol';
import type { LogsQuery } from '@telepat/otto-protocol/http';

/** What a query without `since` and `requestId` looks back on. */
const LOOK_BACK_MS = 3_600_000;

/** Which entries a reader asks for; `latest` is the number of the newest ones that match. */
export type LogFilter = LogsQuery;

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

function sinceOf(filter: LogFilter, now: number): string {
  if (filter.since !== undefined) {
    const since = parseIsoTime(filter.since);
    if (since === undefined) throw new OttoError('invalid_since');
    return toIsoTime(since);
  }
  return filter.requestId === undefined ? toIsoTime(now - LOOK_BACK_MS) : '';
}
