import type { PairedNodesReply } from '@telepat/otto-protocol/http';
import { pairedNodeLines } from './paired-node-lines.js';

/**
 * The paired nodes for people. How long ago something was goes by the relay's own time, which may be another than ours;
 * `now`, which is ours, serves for an older relay that does not tell.
 */
export function pairedNodesText(reply: PairedNodesReply, { now }: { now: number }): string {
  const { nodes, nodeCount } = reply;
  const lines = nodes.flatMap((node) => pairedNodeLines(node, { now: reply.now ?? now }));
  if (nodes.length === 0) lines.push('No node is paired. Start one with otto node start.');
  if (nodeCount > nodes.length) lines.push(`… and ${nodeCount - nodes.length} that were seen longer ago.`);
  return lines.join('\n');
}
