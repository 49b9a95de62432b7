import { declareCommand } from '../declare-command.js';
import { flag, port } from '../option-values.js';
import { startRelay } from './start-relay.js';
import { stopRelay } from './stop-relay.js';

/** `otto restart` */
export const restartCommand = declareCommand({
  words: 'restart',
  summary: 'Stops the relay and starts it again, on the same port; starts it if it does not run.',
  examples: ['otto restart', 'otto restart --port 9000'],
  endsItself: true,
  options: {
    port: { flags: '--port <port>', summary: 'another port than before', value: port.optional() },
    attached: { flags: '--attached', summary: 'stay in the foreground', value: flag },
  },
  run: async ({ context, options }) => {
    const stopped = await stopRelay(context);
    await startRelay(context, { port: options.port ?? stopped?.port, attached: options.attached });
  },
});
