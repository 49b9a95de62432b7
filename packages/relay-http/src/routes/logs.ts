import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import { holdsScope, logEntrySchema, type LogEntry } from '@telepat/otto-protocol';
import { logsQuery, logsReply, logsStatusReply } from '@telepat/otto-protocol/http';
import { identityKey, type Caller, type LogReader, type Relay } from '@telepat/otto-relay-core';
import { defineRoute, defineStream } from '../route.js';

/** Entries that become text at a time: ten thousand at once would hold up every command. */
const ENTRIES_AT_ONCE = 200;

const ERRORS = [
  'invalid_since',
  'invalid_level',
  'invalid_source',
  'invalid_latest',
  'too_many_queries',
  'log_unavailable',
] as const;

const list = defineStream({
  method: 'GET',
  url: '/api/logs',
  needs: 'controller',
  scope: 'logs.read',
  summary: 'Log entries that the caller may see, oldest first.',
  details:
    'Those of the last hour, or with `requestId` of all time, unless `since` says otherwise; the newest 10,000 at ' +
    'most. `level`, `source`, `nodeId` and `requestId` are exact; `latest` is the number of the newest that match.',
  errors: ERRORS,
  query: logsQuery,
  reply: logsReply,
  contentType: 'application/json; charset=utf-8',
  handle: async ({ relay, caller, query, hangup }) =>
    listText(await relay.logs.reading.list(readerOf(relay, caller), query, hangup())),
});

const exportAll = defineStream({
  method: 'GET',
  url: '/api/logs/export',
  needs: 'controller',
  scope: 'logs.read',
  summary: 'All log entries that match and that the caller may see, oldest first, each as one line of JSON.',
  details:
    'The filters of `GET /api/logs`; without `since` and `requestId` the last 24 hours. The answer is sent as it is ' +
    'read and has no limit; if it cannot be read to its end, the connection breaks off.',
  errors: ERRORS,
  query: logsQuery,
  reply: logEntrySchema,
  contentType: 'application/x-ndjson',
  handle: ({ relay, caller, query, hangup }) => relay.logs.reading.export(readerOf(relay, caller), query, hangup()),
});

const status = defineRoute({
  method: 'GET',
  url: '/api/logs/status',
  needs: 'anyone',
  summary: 'How much of the log there is; to callers without `logs.read` only how long it is kept and its size.',
  reply: logsStatusReply,
  handle: ({ relay, caller }) => {
    const { retentionDays, sizeBytes, totalEvents, maxFileBytes, oldest, newest, isCounting } =
      relay.logs.reading.status();
    if (!mayRead(caller)) return { retentionDays, sizeBytes };
    return {
      retentionDays,
      totalEvents,
      sizeBytes,
      windowing: { mode: 'daily' as const, maxFileBytes },
      ...(oldest === undefined ? {} : { oldest }),
      ...(newest === undefined ? {} : { newest }),
      ...(isCounting ? { counting: true as const } : {}),
    };
  },
});

/** Routes of the operation log. */
export const LOG_ROUTES = [list, exportAll, status];

function readerOf(relay: Relay, caller: Caller): LogReader {
  const name = caller.kind === 'bearer' ? `bearer ${identityKey(caller.identity)}` : caller.kind;
  return { name, viewer: relay.plainViewer(caller) };
}

function mayRead(caller: Caller): boolean {
  if (caller.kind !== 'bearer') return caller.kind === 'operator';
  return caller.identity.role === 'controller' && holdsScope(caller.identity.scopes, 'logs.read');
}

async function* listText(entries: readonly LogEntry[]): AsyncGenerator<string> {
  yield '{"logs":[';
  for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
    const texts = entries.slice(start, start + ENTRIES_AT_ONCE).map((entry) => JSON.stringify(entry));
    yield `${start === 0 ? '' : ','}${texts.join(',')}`;
    await othersHadTheirTurn();
  }
  yield ']}';
}
