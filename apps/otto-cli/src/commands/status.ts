import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../context.js';
import { declareCommand } from '../declare-command.js';
import { flag } from '../option-values.js';
import { statusReport } from '../status/status-report.js';
import { WATCH_MS, watchStatus } from '../status/watch-status.js';

/** `otto status` */
export const statusCommand = declareCommand({
  words: 'status',
  summary: 'Says whether the relay runs, where, who is connected, and who holds what.',
  details:
    'Shown are nodes and controllers, who has tabs open where, locks, tabs in which commands run or wait, durable ' +
    'commands without an outcome, and warnings with the command that mends each. With --watch it is shown anew every ' +
    'second until Ctrl+C: in place on a terminal, and with --json as one line each time.',
  streams: true,
  examples: ['otto status', 'otto status --nodes', 'otto status --watch', 'otto status --json'],
  options: {
    nodes: { flags: '--nodes', summary: 'what each node can do, too', value: flag },
    watch: { flags: '--watch', summary: 'go on showing it, until Ctrl+C', value: flag },
  },
  run: async ({ context, options }) => {
    if (options.watch) {
      await watch(context, options);
      return;
    }
    const { document, text } = await statusReport(context, options);
    context.output.answer(document, text);
  },
});

async function watch(context: CommandContext, options: { nodes: boolean }): Promise<void> {
  const { io, output } = context;
  await watchStatus({
    look: () => statusReport(context, options),
    show: ({ document, text }) => (output.isJson ? output.answer(document, text) : output.screen.live(text)),
    pause: () => sleep(WATCH_MS, undefined, { signal: io.signal }),
  });
}
