import { OttoError, parseIsoTime, toIsoTime, type LogEntry } from '@telepat/otto-protocol';
import type { LogsQuery } from '@telepat/otto-protocol/http';

/** What a query without `since` and `requestId` looks back on. */
export const LIST_LOOK_BACK_MS = 3_600_000;
export const EXPORT_LOOK_BACK_MS = 24 * 3_600_000;

/** Which entries a reader asks for; `latest` is the number of the newest ones that match. */
export type LogFilter = LogsQuery;

/**
 * A filter, `latest` aside, as plain data, with its time as entries carry theirs.
 *
 * @param from.lookBackMs how far a filter reaches back that names neither a time nor a request
 * @throws OttoError `invalid_since`
 */
export function entryFilter(filter: LogFilter, from: { now: number; lookBackMs: number }): EntryFilter {
  const { level, nodeId, requestId, source } = filter;
  return {
    since: sinceOf(filter, from),
    ...(level === undefined ? {} : { level }),
    ...(source === undefined || source === 'all' ? {} : { source }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Whether an entry passes a filter. Entries carry their time in one format, so that times compare as texts. */
export function passes(filter: EntryFilter, entry: LogEntry): boolean {
  const { since, level, source, nodeId, requestId } = filter;
  return (
    entry.timestamp >= since &&
    (level === undefined || entry.level === level) &&
    (source === undefined || entry.source === source) &&
    (nodeId === undefined || entry.nodeId === nodeId) &&
    (requestId === undefined || entry.requestId === requestId)
  );
}

function sinceOf(filter: LogFilter, { now, lookBackMs }: { now: number; lookBackMs: number }): string {
  if (filter.since !== undefined) {
    const since = parseIsoTime(filter.since);
    if (since === undefined) throw new OttoError('invalid_since');
    return toIsoTime(since);
  }
  return filter.requestId === undefined ? toIsoTime(now - lookBackMs) : '';
}

/** What entries must have; `since` is the time of the first one, empty for the beginning. */
export interface EntryFilter extends Readonly<Partial<Pick<LogEntry, 'level' | 'source' | 'nodeId' | 'requestId'>>> {
  readonly since: string;
}
