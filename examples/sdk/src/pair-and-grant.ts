import { randomUUID } from 'node:crypto';
import { OttoHttpApi } from '@telepat/otto-sdk';
import type { Stage } from './stage.js';

/**
 * Everything before the first command, over HTTP: a node asks to be paired, the owner of the relay approves its code, a
 * client registers, and the node lets it in. `otto node start`, `pair`, `client register` and `access grant` do the same.
 */
export async function pairAndGrant({ env, print }: Stage, nodeId = 'node_example'): Promise<void> {
  const baseUrl = env['OTTO_RELAY_URL'] ?? 'ws://127.0.0.1:8787';
  const anyone = new OttoHttpApi({ baseUrl });
  const owner = new OttoHttpApi({ baseUrl, bearer: env['OTTO_OPERATOR_TOKEN'] });

  const { challengeId, code } = await anyone.pairing.request({ nodeId });
  print(`The node shows ${code}.`);
  await owner.pairing.approve({ code });
  const paired = await anyone.pairing.status({ challengeId });
  print(`The node is ${paired.status}.`);

  // A relay takes each name once.
  const name = `example ${randomUUID().slice(0, 8)}`;
  const { clientId, clientSecret } = await anyone.clients.register({ name, description: 'reads pages' });
  const node = new OttoHttpApi({ baseUrl, bearer: paired.nodeAccessToken });
  const { granted } = await node.access.set({ clientId, grant: true });
  print(`${clientId} may command it: ${granted}. It logs in with a secret of ${clientSecret.length} characters.`);
}
