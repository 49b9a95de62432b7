import { declareCommand } from '../declare-command.js';
import { withLogApi } from '../logs/log-api.js';

/** `otto logs status` */
export const logsStatusCommand = declareCommand({
  words: 'logs status',
  summary: 'Says how much the operation log holds, and how far it goes back.',
  examples: ['otto logs status', 'otto logs status --json'],
  run: async ({ context }) => {
    const status = await withLogApi(context, ({ api }) => api.logs.status());
    const { totalEvents, sizeBytes, oldest, newest, retentionDays, counting } = status;
    const count = totalEvents === undefined ? '' : `${totalEvents.toLocaleString('en')} entries, `;
    const lines = [
      `${count}${megabytes(sizeBytes)}${counting === true ? ' (still counting)' : ''}, kept for ${retentionDays} days`,
      ...(oldest === undefined ? [] : [`oldest ${oldest}`]),
      ...(newest === undefined ? [] : [`newest ${newest}`]),
    ];
    context.output.answer(status, lines.join('\n'));
  },
});

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
