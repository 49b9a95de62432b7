import { declareCommand } from '../declare-command.js';
import { pairedNodeLines } from '../node/paired-node-lines.js';
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
    const { nodes, nodeCount } = await (await operatorApi(context)).nodes.paired();
    const lines = nodes.flatMap((node) => pairedNodeLines(node, { now: Date.now() }));
    if (nodes.length === 0) lines.push('No node is paired. Start one with otto node start.');
    if (nodeCount > nodes.length) lines.push(`… and ${nodeCount - nodes.length} that were seen longer ago.`);
    context.output.answer({ nodes, nodeCount }, lines.join('\n'));
  },
});
