import { declareCommand } from '../declare-command.js';
import { pairedNodesText } from '../node/paired-nodes-text.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto node list` */
export const nodeListCommand = declareCommand({
  words: 'node list',
  summary: 'Lists the nodes that are paired with the relay, connected or not.',
  details:
    'Of a node that is connected it says when it last answered a ping of the relay, which asks all the time: one that ' +
    'answered long ago is there no more, or hangs.',
  examples: ['otto node list', 'otto node list --json'],
  run: async ({ context }) => {
    const reply = await (await operatorApi(context)).nodes.paired();
    context.output.answer(reply, pairedNodesText(reply, { now: Date.now() }));
  },
});
