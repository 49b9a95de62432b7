import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import { LISTENERS } from '../listeners/table.js';
import { nodeAction } from '../node-action.js';

/** Subscribes; the updates follow under the `requestId` of this command, after its result. */
export const subscribeListener = nodeAction(
  ACTIONS['listener.subscribe'],
  async ({ listener: name, options }, call) => {
    const listener = LISTENERS.get(name);
    if (listener === undefined) {
      const message = `This node has no such listener. It has: ${[...LISTENERS.keys()].join(', ')}.`;
      throw new OttoError('action_not_supported', { message, effect: 'none' });
    }
    await listener.open(options, call);
    return { listener: name, subscribed: true as const };
  },
  { undoesFailure: true },
);

/** Ends a subscription; resolves when nothing is captured for it any more. */
export const unsubscribeListener = nodeAction(
  ACTIONS['listener.unsubscribe'],
  async ({ targetRequestId }, { tools }) => ({
    targetRequestId,
    unsubscribed: await tools.listeners.end(targetRequestId),
  }),
);
