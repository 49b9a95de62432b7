import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { stopRelay } from './stop-relay.js';

/** `otto stop` */
export const stopCommand = declareCommand({
  words: 'stop',
  summary: 'Stops the relay, and returns when it has stopped.',
  examples: ['otto stop'],
  run: async ({ context }) => {
    const stopped = await stopRelay(context);
    if (stopped === undefined) throw new OttoError('not_running');
    context.output.answer({ outcome: 'stopped' }, `The relay (pid ${stopped.pid}) has stopped.`);
  },
});
