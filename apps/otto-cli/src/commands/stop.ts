import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { stopRelay } from './stop-relay.js';

/** `otto stop` */
export const stopCommand = declareCommand({
  words: 'stop',
  summary: 'Stops the relay, and returns when it has stopped.',
  details:
    'Commands that are under way fail with relay_shutting_down. A relay that is a service comes back at the next login; ' +
    'otto service uninstall ends that.',
  examples: ['otto stop'],
  run: async ({ context }) => {
    const stopped = await stopRelay(context);
    if (stopped === undefined) throw new OttoError('not_running');
    context.output.answer({ outcome: 'stopped' }, `The relay (pid ${stopped.pid}) has stopped.`);
  },
});
