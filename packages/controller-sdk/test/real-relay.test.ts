import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedNode, type ReceivedCommand, type ScriptedAnswer } from '@telepat/otto-node-runtime/testing';
import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import { createRelayServer, operatorTokenPath, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OttoClient, OttoHttpApi } from '../src/index.js';
import { platform } from '../src/platform/node.js';

/** Over real sockets, against a relay as it runs in life. */
const NODE_ID = 'node_desk';

let folder = '';
let relay: RelayServer;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-sdk-'));
  await startRelay(0);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await relay.stop();
  await rm(folder, { recursive: true, force: true });
});

it(
  'a client logs in with its secret, holds a lock, hears a listener, and reads the log',
  { timeout: 20_000 },
  async () => {
    const node = await pairedNode(() => ({ data: { text: 'hi' } }));
    const client = await registeredClient();
    const entries = client.logs.follow();
    await entries.ready;

    await using lease = await client.node(NODE_ID).tab('t1').lock();
    expect(await client.node(NODE_ID).tab('t1').text()).toBe('hi');
    const updates = client.listeners.subscribe({ nodeId: NODE_ID, listener: 'ticks' });
    await updates.ready;
    const { requestId } = node.commands.find(({ action }) => action === 'listener.subscribe')!;
    const payload = { type: 'listener_update', data: { tick: 1 } };
    node.link.send(encodeFrame(makeFrame('event', { requestId, senderRole: 'node', payload })));

    expect(lease.isHeld).toBe(true);
    expect(await updates.next()).toMatchObject({ value: { data: { tick: 1 } } });
    updates.close();
    expect((await client.nodes.list()).map(({ nodeId }) => nodeId)).toEqual([NODE_ID]);
    const types: string[] = [];
    for await (const { type } of entries) {
      types.push(type);
      if (type === 'listener_ended') break;
    }
    expect(types).toContain('lock_acquired');
  },
);

it(
  'over a restart of the relay a durable command gets its outcome, and is carried out once',
  { timeout: 30_000 },
  async () => {
    let done = 0;
    const node = await pairedNode(({ action }) => {
      if (action === 'relay.command_status') return { data: { status: 'unknown' } };
      done += 1;
      return { data: { done } };
    });
    const client = await registeredClient();
    const phases: string[] = [];
    client.on('status', ({ phase }) => phases.push(phase));
    const { port } = relay.address;
    const first = await client.send('primitive.tab.open', {}, { nodeId: NODE_ID, idempotencyKey: 'k1' });
    const lease = await client.node(NODE_ID).tab('t1').lock();

    await relay.stop();
    // What is sent before the client has seen the end may have had an effect.
    await expect.poll(() => client.status.phase, { timeout: 10_000 }).toBe('reconnecting');
    const meanwhile = client.send('primitive.tab.open', {}, { nodeId: NODE_ID, idempotencyKey: 'k1' });
    const other = client.send('primitive.tab.query', {}, { nodeId: NODE_ID });
    await expect(other).rejects.toMatchObject({ code: 'relay_disconnected', effect: 'none', retryable: true });
    await startRelay(port);
    await node.link.ready().catch(() => node.link.ready());

    expect((await meanwhile).data).toEqual(first.data);
    expect(done).toBe(1);
    expect(phases).toContain('reconnecting');
    expect(client.status).toEqual({ phase: 'connected' });
    await expect.poll(() => lease.isHeld, { timeout: 5_000 }).toBe(true);
    expect(lease.retakenCount).toBe(1);
  },
);

async function startRelay(port: number): Promise<void> {
  const env = {
    OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters',
    OTTO_LOG_DIR: join(folder, 'relay'),
    OTTO_RELAY_PORT: String(port),
  };
  relay = await createRelayServer({ config: readConfig(env, '1.0.0'), version: '1.0.0' });
}

async function operator(): Promise<OttoHttpApi> {
  const bearer = (await readFile(operatorTokenPath(join(folder, 'relay')), 'utf8')).trim();
  return new OttoHttpApi({ baseUrl: `http://127.0.0.1:${relay.address.port}`, bearer });
}

let nodeToken = '';

async function pairedNode(answer: (command: ReceivedCommand) => ScriptedAnswer): Promise<ScriptedNode> {
  const api = await operator();
  const { challengeId, code } = await api.pairing.request({ nodeId: NODE_ID });
  await api.pairing.approve({ code });
  nodeToken = (await api.pairing.status({ challengeId })).nodeAccessToken ?? '';
  const { clock, random, newId, openSocket } = platform;
  const url = `ws://127.0.0.1:${relay.address.port}`;
  const tokens = { accessToken: () => Promise.resolve(nodeToken) };
  const node = new ScriptedNode({ nodeId: NODE_ID, answer, url, clock, random, newId, openSocket, tokens });
  await node.start();
  closers.push(() => node.stop());
  return node;
}

/** A client that may command the node. */
async function registeredClient(): Promise<OttoClient> {
  const api = await operator();
  const { clientId, clientSecret } = await api.clients.register({ name: 'sdk', description: 'its test' });
  await api.clients.setScopes({ clientId, scopes: ['primitive.*', 'listener.*', 'logs.read'] });
  const nodeApi = new OttoHttpApi({ baseUrl: `http://127.0.0.1:${relay.address.port}`, bearer: nodeToken });
  await nodeApi.access.set({ clientId, grant: true });
  const relayUrl = `ws://127.0.0.1:${relay.address.port}`;
  const client = await OttoClient.connect({ relayUrl, clientId, clientSecret });
  closers.push(() => client.close());
  return client;
}
