import { declareCommand } from '../declare-command.js';
import { filterOf, filterOptions, fullIdsOption, latestOption, sinceOption } from '../logs/filter-options.js';
import { withLogApi } from '../logs/log-api.js';
import { logLine } from '../logs/log-line.js';

/** `otto logs list` */
export const logsListCommand = declareCommand({
  words: 'logs list',
  summary: 'Prints entries of the operation log, the oldest first.',
  details:
    'The owner of the relay sees all entries, a controller its own. Without --since: the last hour; with --request-id: all that is kept. At most 10,000 entries; otto logs export has no such limit.',
  streams: true,
  examples: ['otto logs list', 'otto logs list --level error --since 3d', 'otto logs list --request-id req_… --json'],
  options: { ...filterOptions, ...sinceOption, ...latestOption, ...fullIdsOption },
  run: async ({ context, options }) => {
    const { output } = context;
    const { ink } = output.screen;
    const { logs } = await withLogApi(context, ({ api }) => api.logs.query(filterOf(options)));
    for (const entry of logs) output.answer(entry, logLine(entry, { ink, fullIds: options.fullIds }));
    if (logs.length === 0) output.note('otto: no entry fits. --since 1d looks back further.');
  },
});
