import { declareCommand } from '../declare-command.js';
import { filterOf, filterOptions, latestOption, sinceOption } from '../logs/filter-options.js';
import { withLogApi } from '../logs/log-api.js';

/** `otto logs export` */
export const logsExportCommand = declareCommand({
  words: 'logs export',
  summary: 'Writes the operation log to stdout, one JSON object a line, however long it is.',
  details: 'Without --since: the last 24 hours; with --request-id: all that is kept. The log goes back 14 days.',
  streams: true,
  examples: ['otto logs export > log.ndjson', 'otto logs export --since 14d --source node | gzip > log.ndjson.gz'],
  options: { ...filterOptions, ...sinceOption, ...latestOption },
  run: async ({ context, options }) => {
    await withLogApi(context, async ({ api }) => {
      await context.output.stream(await api.logs.export(filterOf(options)));
    });
  },
});
