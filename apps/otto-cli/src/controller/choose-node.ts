import { OttoError } from '@telepat/otto-protocol';
import type { OttoClient } from '@telepat/otto-sdk';

/**
 * The node that a command is for: the one that was named, else the one of this machine, else the only one that this
 * controller may command.
 */
export async function chooseNode(client: Pick<OttoClient, 'nodes'>, wish: NodeWish): Promise<string> {
  if (wish.named !== undefined) return wish.named;
  const nodeIds = (await client.nodes.list()).map(({ nodeId }) => nodeId);
  if (wish.ofThisMachine !== undefined && nodeIds.includes(wish.ofThisMachine)) return wish.ofThisMachine;
  const [only, ...others] = nodeIds;
  if (others.length > 0) {
    throw new OttoError('missing_target_node', {
      message: `Several nodes are connected: ${nodeIds.join(', ')}.`,
      actionableHint: 'Choose one with --node-id.',
    });
  }
  // The relay says exactly why the node of this machine is not to be had: it is offline, or the grant is missing.
  const nodeId = only ?? wish.ofThisMachine;
  if (nodeId !== undefined) return nodeId;
  throw new OttoError('node_offline', {
    message: 'No node is connected that this controller may command.',
    actionableHint: 'Start one with otto node start, and let its owner run otto access grant.',
  });
}

export interface NodeWish {
  readonly named: string | undefined;
  readonly ofThisMachine: string | undefined;
}
