import { randomBytes } from 'node:crypto';
import type { ConfigFile } from '../config/config-file.js';

/** The name of the node on this machine: made once, and kept, because relays remember its pairing by it. */
export async function ownNodeId(config: ConfigFile): Promise<string> {
  const known = (await config.read()).nodeId;
  if (known !== undefined) return known;
  const made = `node_${randomBytes(8).toString('hex')}`;
  // Of two nodes that start at once for the first time, the second one takes the name of the first.
  return (await config.revise(({ nodeId = made }) => ({ nodeId }))).nodeId ?? made;
}
