import { declareCommand } from '../declare-command.js';
import { nodeId } from '../option-values.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto node remove` */
export const nodeRemoveCommand = declareCommand({
  words: 'node remove',
  summary: 'Unpairs a node, for instance a lost one: its tokens, grants and connection end.',
  details:
    'The controllers that are bound to it end with it. To come back it has to be paired anew. A node that is connected ' +
    'shows a code and keeps its tabs. One that is not connected now asks when it comes back: on the machine of the relay ' +
    'it is approved there without a person, so stop it, too, if it is not to come back.',
  examples: ['otto node remove node_…'],
  arguments: { nodeId: { summary: 'as otto node list shows it', required: true, value: nodeId } },
  run: async ({ context, args }) => {
    const removed = await (await operatorApi(context)).nodes.remove({ nodeId: args.nodeId });
    const { refreshRevokedCount, aclRevokedCount, disconnectedSessions } = removed;
    context.output.answer(
      removed,
      `${removed.nodeId} is removed: ${refreshRevokedCount} logins, ${aclRevokedCount} grants and ` +
        `${disconnectedSessions} open sessions ended.`,
    );
  },
});
