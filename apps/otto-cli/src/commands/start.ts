import { declareCommand } from '../declare-command.js';
import { flag, port } from '../option-values.js';
import { startRelay } from './start-relay.js';

/** `otto start` */
export const startCommand = declareCommand({
  words: 'start',
  summary: 'Starts the relay, and returns when it is ready.',
  details:
    'The relay runs on in the background. With --attached it runs in the foreground, with its log on stderr, until ' +
    'Ctrl+C. Its settings come from the environment: OTTO_RELAY_PORT, OTTO_LOG_DIR and so on.',
  examples: ['otto start', 'otto start --port 9000', 'OTTO_LOG_DIR=/tmp/relay otto start --attached'],
  endsItself: true,
  options: {
    port: {
      flags: '--port <port>',
      summary: 'port to listen on; 0 takes a free one (default: 8787)',
      value: port.optional(),
    },
    attached: { flags: '--attached', summary: 'stay in the foreground', value: flag },
  },
  run: async ({ context, options }) => {
    await startRelay(context, options);
  },
});
