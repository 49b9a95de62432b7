import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { SubscriptionRecords } from '../listeners/subscription-records.js';
import { flag, text } from '../option-values.js';

/** `otto listener unsubscribe` */
export const listenerUnsubscribeCommand = declareCommand({
  words: 'listener unsubscribe',
  summary: 'Ends a subscription that another otto of this user follows.',
  details:
    'A subscription belongs to the command that follows it and ends with it; this asks that command to end, which it ' +
    'does with exit code 0, and waits for it.',
  examples: ['otto listener unsubscribe sub_3f9a01c2', 'otto listener unsubscribe --all'],
  arguments: {
    subscription: { summary: 'its id, as otto listener list shows it', required: false, value: text.optional() },
  },
  options: { all: { flags: '--all', summary: 'all that are followed', value: flag } },
  run: async ({ context, args, options }) => {
    const { subscription } = args;
    if ((subscription === undefined) !== options.all) {
      throw new OttoError('invalid_usage', {
        message: 'Name one subscription, or give --all.',
        actionableHint: 'otto listener list shows those that are followed.',
      });
    }
    const records = new SubscriptionRecords(context.paths.listeners);
    if (subscription !== undefined) await records.end(subscription);
    const ids = subscription === undefined ? await records.endAll() : [subscription];
    context.output.answer({ ended: ids }, ids.length === 0 ? 'None is followed.' : `Ended: ${ids.join(', ')}`);
  },
});
