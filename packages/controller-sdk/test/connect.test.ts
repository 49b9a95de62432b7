import type { ScriptedNode } from '@telepat/otto-node-runtime/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { OttoClient } from '../src/index.js';
import { DEADLINE_MARGIN_MS } from '../src/running-command.js';
import { acceptClient, scripted } from './scripted-relay.js';
import { sdkWorld, type SdkWorld } from './world.js';

it('a client knows who the relay takes it for', async () => {
  const world = await sdkWorld();

  const client = await world.connect();

  expect(client).toMatchObject({ clientId: 'alice', controllerId: 'ctl_alice' });
  expect(client.scopes).toEqual(['primitive.*', 'logs.read']);
});

it('a token that the relay does not accept, and cannot be renewed, is said so', async () => {
  const world = await sdkWorld();

  const connecting = world.connect('alice', { accessToken: 'plain:{"expiresAt":1}' });

  await expect(connecting).rejects.toMatchObject({ code: 'invalid_access_token' });
  expect(world.relay.relay.tables()).toMatchObject({ connections: 0 });
});

it('nothing to prove oneself with is said so', async () => {
  const { platform } = scripted();

  await expect(OttoClient.connect({ relayUrl: 'ws://relay', platform })).rejects.toMatchObject({
    code: 'missing_access_token',
  });
});

it('a relay that is not there is unreachable at once', async () => {
  const { platform, network, clock } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform });
  await settled();

  network.newest.close(1_006, 'connect ECONNREFUSED 127.0.0.1:8787');

  await expect(connecting).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true });
  await expect(connecting).rejects.toThrow(/ECONNREFUSED/);
  expect(clock.armedCount).toBe(0);
});

it('a relay that does not answer is given up in time', async () => {
  const { platform, network, clock } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform, timeoutMs: 3_000 });
  await settled();
  network.newest.accept();
  await settled();

  clock.advance(3_000);

  await expect(connecting).rejects.toThrow('The relay did not let us in within 3000 ms.');
  expect(network.newest.closedByNear).toBeDefined();
  expect(clock.armedCount).toBe(0);
});

it('connecting can be given up', async () => {
  const { platform, network, clock } = scripted();
  const abort = new AbortController();
  const options = { relayUrl: 'ws://relay', accessToken: 't', platform, signal: abort.signal };
  const connecting = OttoClient.connect(options);
  await settled();

  abort.abort();

  await expect(connecting).rejects.toMatchObject({ code: 'relay_disconnected', effect: 'none' });
  await expect(OttoClient.connect(options)).rejects.toMatchObject({ code: 'relay_disconnected' });
  await settled();
  expect(network.opened.every((far) => far.closedByNear !== undefined)).toBe(true);
  expect(clock.armedCount).toBe(0);
});

it.each(['relay', 'ftp://relay', '', 'ws://'])('%j is no address of a relay', async (relayUrl) => {
  await expect(OttoClient.connect({ relayUrl, accessToken: 't' })).rejects.toMatchObject({
    code: 'invalid_configuration',
  });
});

it('a relay that never answers a command does not keep it for ever', async () => {
  const { platform, network, clock } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform });
  await settled();
  acceptClient(network.newest);
  const client = await connecting;
  const running = client.send('primitive.tab.open', {}, { nodeId: 'n1', timeoutMs: 1_000 });
  await settled();

  clock.advance(1_000 + DEADLINE_MARGIN_MS - 1);
  await settled();
  clock.advance(1);

  await expect(running).rejects.toMatchObject({ code: 'client_timeout', effect: 'unknown', retryable: false });
});

it('nor for longer than ten seconds after it was cancelled, whatever its budget', async () => {
  const { platform, network, clock } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform });
  await settled();
  acceptClient(network.newest);
  const client = await connecting;
  const abort = new AbortController();
  let failure: unknown;
  client
    .send('primitive.tab.open', {}, { nodeId: 'n1', timeoutMs: 60_000, signal: abort.signal })
    .catch((error: unknown) => (failure = error));
  await settled();

  abort.abort();
  clock.advance(9_999);
  await settled();
  expect(failure).toBeUndefined();
  clock.advance(1);
  await settled();

  expect(failure).toMatchObject({ code: 'client_timeout', effect: 'unknown' });
  await client.close();
});

it('who detaches finds the tabs again, who does not has them closed', async () => {
  const world = await sdkWorld();
  const node = await world.node(() => ({ data: { tabSessionId: 'tab_1', tabId: 1, url: 'about:blank' } }));
  const leavesThem = await world.connect('alice');
  const letsGo = await world.connect('bob');
  await leavesThem.node('n1').tabs.open('about:blank');
  await letsGo.node('n1').tabs.open('about:blank');

  leavesThem.detach({ keepTabsMs: 60_000 });
  await Promise.all([leavesThem.close(), letsGo.close()]);
  await settled();
  world.relay.clock.advance(5_000);
  await settled();

  expect(closingsAt(node)).toEqual(['bob']);
});

it('who detaches while the connection is away is told so, and the relay once it is back', async () => {
  const { world, node, client } = await withOneTab();
  world.newestSocket.drop();
  await settled();

  expect(client.detach({ keepTabsMs: 60_000 })).toBe(false);
  world.relay.clock.advance(300);
  await settled();
  expect(client.status).toEqual({ phase: 'connected' });
  await leave(client, world);

  expect(closingsAt(node)).toEqual([]);
});

it('who has detached finds the tabs again also when the connection is lost before the end', async () => {
  const { world, node, client } = await withOneTab();
  client.detach({ keepTabsMs: 0 });

  expect(client.detach({ keepTabsMs: 60_000 })).toBe(true);
  world.newestSocket.drop();
  await settled();
  world.relay.clock.advance(300);
  await settled();
  await leave(client, world);

  expect(closingsAt(node)).toEqual([]);
});

async function withOneTab() {
  const world = await sdkWorld();
  const node = await world.node(() => ({ data: { tabSessionId: 'tab_1', tabId: 1, url: 'about:blank' } }));
  const client = await world.connect('alice');
  await client.node('n1').tabs.open('about:blank');
  return { world, node, client };
}

async function leave(client: OttoClient, world: SdkWorld): Promise<void> {
  await client.close();
  await settled();
  world.relay.clock.advance(5_000);
  await settled();
}

/** Whose tabs the node was told to close. */
function closingsAt({ commands }: ScriptedNode): unknown[] {
  const closings = commands.filter(({ action }) => action === 'primitive.tab.close_owned');
  return closings.map(({ input }) => input['controllerClientId']);
}
