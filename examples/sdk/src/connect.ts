import { OttoClient, type NodeHandle } from '@telepat/otto-sdk';
import type { Stage } from './stage.js';

/** Logs in with what `register-client` gave. */
export function connect({ env }: Stage): Promise<OttoClient> {
  return OttoClient.connect({
    relayUrl: env['OTTO_RELAY_URL'] ?? 'ws://127.0.0.1:8787',
    clientId: env['OTTO_CLIENT_ID'],
    clientSecret: env['OTTO_CLIENT_SECRET'],
  });
}

/** The node that was named, or the first that lets this client in. */
export async function chosenNode(client: OttoClient, { env }: Stage): Promise<NodeHandle> {
  const nodeId = env['OTTO_NODE_ID'] ?? (await client.nodes.list())[0]?.nodeId;
  if (nodeId === undefined) throw new Error('No node lets this client in: otto access grant clt_…');
  return client.node(nodeId);
}
