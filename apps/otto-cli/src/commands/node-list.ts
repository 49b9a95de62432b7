import type { PairedNodesReply } from '@telepat/otto-protocol/http';
import { declareCommand } from '../declare-command.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto node list` */
export const nodeListCommand = declareCommand({
  words: 'node list',
  summary: 'Lists the nodes that are paired with the relay, connected or not.',
  examples: ['otto node list', 'otto node list --json'],
  run: async ({ context }) => {
    const { nodes, nodeCount } = await (await operatorApi(context)).nodes.paired();
    const lines = nodes.flatMap(linesOf);
    if (nodes.length === 0) lines.push('No node is paired. Start one with otto node start.');
    if (nodeCount > nodes.length) lines.push(`… and ${nodeCount - nodes.length} that were seen longer ago.`);
    context.output.answer({ nodes, nodeCount }, lines.join('\n'));
  },
});

function linesOf(node: PairedNodesReply['nodes'][number]): string[] {
  const { nodeId, pairedAt, lastSeenAt, connected, origin, grants, grantCount } = node;
  const seen = connected ? 'connected' : `last seen ${whenOf(lastSeenAt)}`;
  const from = origin === undefined ? '' : `, ${origin}`;
  const granted = grants.map(({ clientId, name, expiresAt }) => {
    const until = expiresAt === undefined ? '' : ` until ${whenOf(expiresAt)}`;
    return `  granted to ${name} (${clientId})${until}`;
  });
  const more = grantCount > grants.length ? [`  … and to ${grantCount - grants.length} more`] : [];
  return [`${nodeId}  ${seen}, paired ${whenOf(pairedAt)}${from}`, ...granted, ...more];
}

function whenOf(at: number): string {
  return new Date(at).toLocaleString();
}
