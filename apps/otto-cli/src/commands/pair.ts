import { declareCommand } from '../declare-command.js';
import { requiredText } from '../option-values.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto pair` */
export const pairCommand = declareCommand({
  words: 'pair',
  summary: 'Approves the node that shows this code.',
  details:
    'For the owner of the relay, on its machine. The node goes on by itself; it shows its code where it was started.',
  examples: ['otto pair 482-913'],
  arguments: { code: { summary: 'the code, with or without its dash', required: true, value: requiredText } },
  run: async ({ context, args }) => {
    const api = await operatorApi(context);
    const { nodeId, status } = await api.pairing.approve({ code: args.code });
    // The answer also holds controller credentials for this node, which nobody asked for here.
    context.output.answer({ nodeId, status }, `${nodeId} is paired.`);
  },
});
