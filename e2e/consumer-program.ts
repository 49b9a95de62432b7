/** What somebody may write who takes the libraries from their tarballs: a relay, a controller, and the core in memory. */
export const CONSUMER_PROGRAM = `
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { FRAME_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { Relay, type RelayPorts } from '@telepat/otto-relay-core';
import { testRelay } from '@telepat/otto-relay-core/testing';
import { createRelayServer, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoClient, OttoHttpApi } from '@telepat/otto-sdk';

export const open = (ports: RelayPorts): Promise<Relay> => Relay.open({ ports });

const folder = mkdtempSync(join(tmpdir(), 'otto-consumer-'));
const env = { OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: '0', OTTO_TOKEN_SECRET: 's'.repeat(40) };
const server: RelayServer = await createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
try {
  const baseUrl = \`http://127.0.0.1:\${server.address.port}\`;
  const me = { name: 'consumer', description: 'takes the tarballs' };
  const { clientId, clientSecret } = await new OttoHttpApi({ baseUrl }).clients.register(me);
  const client = await OttoClient.connect({ relayUrl: baseUrl.replace('http', 'ws'), clientId, clientSecret });
  const refusal: string | undefined = await client
    .send('primitive.tab.query', {}, { nodeId: 'node_away' })
    .then(() => undefined, (error: unknown) => OttoError.from(error).code);
  await client.close();

  const world = await testRelay({ grants: { alice: ['n1'] } });
  const node = await world.node('n1');
  const alice = await world.controller('alice');
  const requestId = alice.queue('n1', { tab: 't1' });
  node.answer(requestId);
  console.log(JSON.stringify({ refusal, answered: alice.terminals(requestId).length, FRAME_BYTES_MAX }));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
`;
