import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startHost, type Host } from '../src/host.js';
import { SocketClient } from './socket-client.js';

const KEY = 'a key that only this test knows';

const hosts: Host[] = [];

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

describe('a command', () => {
  it('goes to its node, and the result comes back', async () => {
    const { node, alice } = await world();

    const requestId = command(alice);
    const { payload } = await node.answer(requestId);
    node.send('result', { ok: true, durationMs: 3, action: payload['action'], data: { text: 'hé' } }, requestId);

    expect(payload).toMatchObject({ action: 'primitive.dom.extract_text', payload: { selector: 'main' } });
    expect((await alice.outcome(requestId)).payload).toMatchObject({ ok: true, data: { text: 'hé' } });
  });

  it('is refused while another controller holds its tab', async () => {
    const { node, alice, bob } = await world();
    await alice.event(lock(alice), 'lock_acquired');

    const conflict = lock(bob);
    const refused = command(bob);
    const accepted = command(alice);

    expect((await bob.outcome(conflict)).payload).toMatchObject({ code: 'tab_locked' });
    expect((await bob.event(conflict, 'lock_conflict')).payload).toHaveProperty('lockOwnerControllerId');
    expect((await bob.outcome(refused)).payload).toMatchObject({ code: 'tab_locked', retryable: true });
    await node.answer(accepted);
    expect(node.received.filter(({ messageType }) => messageType === 'command')).toHaveLength(1);
  });

  it('waits its turn when it wants to, and follows when the one before it has ended', async () => {
    const { node, alice, bob } = await world();
    const first = command(alice);
    await node.answer(first);

    const second = command(bob, { waitPolicy: 'wait_with_timeout' });
    expect((await bob.event(second, 'queued')).payload).toMatchObject({ queueDepth: 1 });
    expect(node.received.some(({ requestId }) => requestId === second)).toBe(false);

    answer(node, first);
    await node.answer(second);
    answer(node, second);
    expect((await bob.outcome(second)).payload).toMatchObject({ ok: true });
    expect((await alice.outcome(first)).payload).toMatchObject({ ok: true });
  });

  it('is refused at a node that its controller has no tokens for', async () => {
    const { host, alice } = await world();
    await SocketClient.join(host.port, 'node', await tokenOf(host, 'node', 'n2'));

    const requestId = command(alice, { targetNodeId: 'n2' });

    expect((await alice.outcome(requestId)).payload).toMatchObject({ code: 'acl_missing_node_grant' });
  });
});

describe('the host', () => {
  it('tells the core of a socket that is gone', async () => {
    const { host, node, alice } = await world();
    const requestId = command(alice);
    await node.answer(requestId);

    node.close();

    expect((await alice.outcome(requestId)).payload).toMatchObject({ code: 'node_disconnected', effect: 'unknown' });
    expect(host.relay.tables()).toMatchObject({ nodes: 0, commands: 0 });
  });

  it('gives no tokens without the key, to pages, or for anything but a node or a controller', async () => {
    const host = await start();
    const ask = async (query: string, headers: Record<string, string>) =>
      (await post(host, `/tokens${query}`, headers)).status;
    const authorization = `Bearer ${KEY}`;

    expect(await ask('?role=node&nodeId=n1', {})).toBe(401);
    expect(await ask('?role=node&nodeId=n1', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await ask('?role=node&nodeId=n1', { authorization, origin: 'https://example.com' })).toBe(403);
    expect(await ask('?role=operator&nodeId=n1', { authorization })).toBe(400);
    expect(await ask('?role=node&nodeId=no/de', { authorization })).toBe(400);
    expect(await ask('?role=node&nodeId=n1', { authorization })).toBe(200);
  });

  it('lets in no token of another relay, and no page', async () => {
    const [one, other] = [await start(), await start()];
    const stranger = new SocketClient(one.port, 'node');
    await stranger.opened();
    stranger.send('hello', { role: 'node' });
    const requestId = stranger.send('auth', { accessToken: await tokenOf(other, 'node', 'n1') });
    expect((await stranger.outcome(requestId)).payload).toMatchObject({ code: 'invalid_access_token' });

    const page = new SocketClient(one.port, 'controller', { origin: 'https://example.com' });
    await expect(page.opened()).rejects.toThrow('403');
  });

  it('cuts off strangers that send too much: in one frame, in many, or in one that never ends', async () => {
    const host = await start();
    const large = 'x'.repeat(65 * 1024);
    const [one, many, endless] = [0, 1, 2].map(() => new SocketClient(host.port, 'controller'));
    await Promise.all([one?.opened(), many?.opened(), endless?.opened()]);

    one?.sendText(large);
    for (let count = 0; count < 6; count += 1) many?.sendText(large.slice(0, 60 * 1024));
    endless?.sendText('x'.repeat(10 * 1024 * 1024));

    expect(await one?.closed).toBe(1009);
    expect(await many?.closed).toBe(1006);
    expect(await endless?.closed).toBe(1006);
    expect(host.relay.tables()).toMatchObject({ connections: 0 });
  });

  it('keeps everything for a controller that reads late, and takes nothing from it meanwhile', async () => {
    const { node, alice } = await world();
    alice.pause();

    const requestIds = await largeResults(node, alice, 6);
    const ping = alice.send('ping', {});
    const last = command(alice, { tabSessionId: 'late' });
    expect(await hasCome(node, last)).toBe(false);

    alice.resume();
    for (const requestId of requestIds) {
      expect((await alice.outcome(requestId)).payload).toMatchObject({ ok: true });
    }
    await alice.answer(ping, ({ messageType }) => messageType === 'pong');
    await node.answer(last);
  });

  it('cuts off a controller that never reads, and nobody else', { timeout: 30_000 }, async () => {
    const { host, node, alice, bob } = await world();
    alice.pause();

    await largeResults(node, alice, 16);

    expect(host.relay.status().sessions.filter(({ role }) => role === 'controller')).toHaveLength(1);
    const requestId = command(bob, { tabSessionId: 'other' });
    await node.answer(requestId);
    answer(node, requestId);
    expect((await bob.outcome(requestId)).payload).toMatchObject({ ok: true });
  });

  it('leaves no handle when it has stopped, and tells everybody', async () => {
    const before = await handles();
    const { host, node, alice } = await world();
    const requestId = command(alice);
    await node.answer(requestId);

    await host.stop();

    expect((await alice.outcome(requestId)).payload).toMatchObject({ code: 'relay_shutting_down' });
    expect([await alice.closed, await node.closed]).toEqual([1001, 1001]);
    const left = await handles();
    // A timer that the test run itself had before may be over by now.
    for (const kind of before) if (left.includes(kind)) left.splice(left.indexOf(kind), 1);
    expect(left).toEqual([]);
  });
});

async function start(): Promise<Host> {
  const host = await startHost({ key: KEY });
  hosts.push(host);
  return host;
}

/** A host with a node and two controllers of it. */
async function world() {
  const host = await start();
  const node = await SocketClient.join(host.port, 'node', await tokenOf(host, 'node', 'n1'));
  const alice = await SocketClient.join(host.port, 'controller', await tokenOf(host, 'controller', 'n1'));
  const bob = await SocketClient.join(host.port, 'controller', await tokenOf(host, 'controller', 'n1'));
  return { host, node, alice, bob };
}

async function tokenOf(host: Host, role: string, nodeId: string): Promise<string> {
  const { body } = await post(host, `/tokens?role=${role}&nodeId=${nodeId}`, { authorization: `Bearer ${KEY}` });
  return body.accessToken ?? '';
}

/** Without an agent, which would keep its connections open. */
async function post(host: Host, path: string, headers: Record<string, string>): Promise<Reply> {
  const asked = request({ host: '127.0.0.1', port: host.port, path, headers, method: 'POST', agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: (await json(response)) as Reply['body'] };
}

function command(controller: SocketClient, fields: object = {}): string {
  const target = { targetNodeId: 'n1', tabSessionId: 't1' };
  const asked = { action: 'primitive.dom.extract_text', payload: { selector: 'main' } };
  return controller.send('command', { ...target, ...asked, replayNonce: randomUUID(), ...fields }, randomUUID());
}

function answer(node: SocketClient, requestId: string): void {
  node.send('result', { ok: true, durationMs: 1, action: 'primitive.dom.extract_text' }, requestId);
}

/** Commands of a controller, answered with 4 MB each. */
async function largeResults(node: SocketClient, controller: SocketClient, count: number): Promise<string[]> {
  const data = { text: 'x'.repeat(4_000_000) };
  const requestIds = Array.from({ length: count }, (_, tab) => command(controller, { tabSessionId: `t${tab}` }));
  for (const requestId of requestIds) {
    await node.answer(requestId);
    node.send('result', { ok: true, durationMs: 1, action: 'primitive.dom.extract_text', data }, requestId);
  }
  // Its own answer says that the host has read what came before it.
  await node.answer(node.send('ping', {}), ({ messageType }) => messageType === 'pong');
  return requestIds;
}

/** Whether a frame came, after some turns for whatever is under way. */
async function hasCome(client: SocketClient, requestId: string): Promise<boolean> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return client.received.some((frame) => frame.requestId === requestId);
}

function lock(controller: SocketClient): string {
  return controller.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' });
}

/** Servers, sockets and timers of this process, sorted; those that are being closed have some turns for it. */
async function handles(): Promise<string[]> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /^(TCP|Timeout)/.test(kind))
    .toSorted();
}

interface Reply {
  readonly status: number;
  readonly body: { readonly accessToken?: string };
}
