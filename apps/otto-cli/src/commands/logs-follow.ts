import type { LogEntry } from '@telepat/otto-protocol';
import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';
import type { LogFilter } from '@telepat/otto-sdk';
import { declareCommand } from '../declare-command.js';
import { filterOf, filterOptions, fullIdsOption, sinceOption } from '../logs/filter-options.js';
import { followLog } from '../logs/follow-log.js';
import { logLine } from '../logs/log-line.js';
import { wholeNumber } from '../option-values.js';
import type { Output } from '../output.js';

const SHOWN_AT_START = 10;

/** `otto logs follow` */
export const logsFollowCommand = declareCommand({
  words: 'logs follow',
  summary: 'Prints entries of the operation log as they come, until Ctrl+C.',
  details:
    'Goes on when the relay is started anew, and says when entries are missing: on stderr, and with --json also as an entry of type follow_gap.',
  streams: true,
  examples: [
    'otto logs follow',
    'otto logs follow --level error',
    'otto logs follow --since 15m',
    'otto logs follow --json | jq .type',
  ],
  options: {
    ...filterOptions,
    ...sinceOption,
    latest: {
      flags: '--latest <n>',
      summary: `begin with the newest so many (default: ${SHOWN_AT_START}, or all with --since)`,
      value: wholeNumber({ min: 1, max: LOG_ENTRIES_MAX }).optional(),
    },
    ...fullIdsOption,
  },
  run: async ({ context, options }) => {
    const { output } = context;
    const { ink } = output.screen;
    const filter = filterOf({ ...options, latest: undefined, since: undefined });
    let last: LogEntry | undefined;
    await followLog(
      context,
      { since: options.since, latest: options.latest ?? (options.since === undefined ? SHOWN_AT_START : undefined) },
      {
        part: (part) => {
          if ('gap' in part) {
            tellGap(output, part.gap, last);
            return;
          }
          last = part.entry;
          if (fits(part.entry, filter))
            output.answer(part.entry, logLine(part.entry, { ink, fullIds: options.fullIds }));
        },
        away: (error) => output.note(`otto: waiting for the relay: ${error.message}`),
        back: (ms) =>
          output.note(`otto: the relay is back after ${(ms / 1_000).toFixed(1)} s; what it logged meanwhile follows`),
      },
    );
  },
});

function fits(entry: LogEntry, { source, level, nodeId, requestId }: LogFilter): boolean {
  return (
    (source === undefined || source === 'all' || entry.source === source) &&
    (level === undefined || entry.level === level) &&
    (nodeId === undefined || entry.nodeId === nodeId) &&
    (requestId === undefined || entry.requestId === requestId)
  );
}

/** Scripts read entries only, so for them a gap looks like one. */
function tellGap(output: Output, reason: string, last: LogEntry | undefined): void {
  output.note(`otto: gap: ${reason}`);
  if (!output.isJson) return;
  const timestamp = new Date().toISOString();
  const data = { reason, ...(last === undefined ? {} : { lastId: last.id, lastTimestamp: last.timestamp }) };
  output.answer(
    { id: `gap_${timestamp}`, timestamp, level: 'warn', source: 'controller', type: 'follow_gap', data },
    '',
  );
}
