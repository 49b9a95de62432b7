import type { LogEntry } from '@telepat/otto-protocol';
import { describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/logs/visibility.js';
import { settled } from '../../src/testing/test-relay.js';
import { encodeUtf8, testRelay, type TestController, type TestNode, type TestRelay } from '../../src/testing/index.js';

const SECRET = `rt_${'CANARY'.repeat(8)}`;
const JWT = `eyJhbGciOiJIUzI1NiJ9.${'CANARY'.repeat(5)}.${'CANARY'.repeat(5)}`;
const SCOPES = ['primitive.*', 'listener.*', 'logs.read'];

async function worldOf(options: { logPayloads?: boolean; scopes?: string[] } = {}) {
  const { logPayloads = false, scopes = SCOPES } = options;
  const grants = { alice: ['n1'], bob: ['n1'], carol: ['n9'] };
  const world = await testRelay({ grants, scopes, config: { logPayloads } });
  return {
    world,
    alice: await world.controller('alice'),
    bob: await world.controller('bob'),
    node: await world.node('n1'),
  };
}

function entryOf(world: TestRelay, type: string): LogEntry | undefined {
  return world.log.entries.findLast((entry) => entry.type === type);
}

describe('payloads', () => {
  it('of commands and results the log has the size and the keys, and nothing that they say', async () => {
    const { world, alice, node } = await worldOf();
    const input = { url: 'https://private.test/', options: { deep: 'private' } };

    const requestId = alice.command('n1', { action: 'primitive.tab.open', input });
    node.answer(requestId, { tabSessionId: 't1', title: 'private' });

    expect(entryOf(world, 'command_routed')?.data).toMatchObject({ keys: ['url', 'options'] });
    expect(entryOf(world, 'result')?.data).toMatchObject({ keys: ['tabSessionId', 'title'] });
    expect(entryOf(world, 'result')?.data?.['dataBytes']).toBe(
      encodeUtf8(textOf(alice.terminals(requestId)[0])).length,
    );
    expect(JSON.stringify(world.log.entries)).not.toContain('private');
  });

  it('a queued command is summed up, too, and what waited how long is told at the end', async () => {
    const { world, alice, node } = await worldOf();
    const first = alice.queue('n1', { tab: 't1' });
    alice.queue('n1', { tab: 't1', input: { selector: 'main' } });

    world.clock.advance(30);
    node.answer(first);

    expect(entryOf(world, 'command_queued')?.data).toMatchObject({ queueDepth: 1, keys: ['selector'] });
    expect(entryOf(world, 'command_routed')?.data).toMatchObject({ waitedMs: 30, keys: ['selector'] });
    expect(entryOf(world, 'result')).toMatchObject({ durationMs: 30, data: { waitedMs: 0 } });
  });

  it('are kept where that is wanted, without their secrets', async () => {
    const { world, alice, node } = await worldOf({ logPayloads: true });

    const input = { url: `https://a.test/?next=${SECRET}`, headers: [{ name: 'Cookie', value: 'CANARY' }] };
    const requestId = alice.command('n1', { action: 'primitive.tab.open', input });
    node.answer(requestId, { title: 'A', accessToken: 'CANARY', text: `Bearer ${JWT}` });

    expect(entryOf(world, 'command_routed')?.data).toMatchObject({
      payload: { url: 'https://a.test/?next=[redacted]', headers: [{ name: 'Cookie', value: '[redacted]' }] },
    });
    expect(entryOf(world, 'result')?.data).toMatchObject({
      payload: { title: 'A', accessToken: '[redacted]', text: 'Bearer [redacted]' },
    });
    expect(JSON.stringify(world.log.entries)).not.toContain('CANARY');
  });

  it('however large, an entry stays within 16 KiB, is JSON, says so, and keeps its ids', async () => {
    const { world, alice, node } = await worldOf({ logPayloads: true });
    const huge = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`key ${at} \u0001"💥`, '💥\u0000'.repeat(300)]),
    );
    const name = '💥'.repeat(100);

    const requestId = alice.command('n1', {
      action: `primitive.${'💥'.repeat(90)}`,
      tab: name,
      input: huge,
      requestId: name,
    });
    node.answer(requestId, huge);

    for (const type of ['command_routed', 'result']) {
      const entry = entryOf(world, type);
      expect(encodeUtf8(JSON.stringify(entry)).length).toBeLessThanOrEqual(16 * 1024);
      expect(entry).toMatchObject({ requestId, nodeId: 'n1', clientId: 'alice', data: { truncated: true } });
    }
  });

  it('a thousand keys are twenty and an ellipsis', async () => {
    const { world, alice } = await worldOf();
    const input = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}${'x'.repeat(100)}`, at]));

    alice.command('n1', { input });

    const keys = entryOf(world, 'command_routed')?.data?.['keys'];
    expect(keys).toHaveLength(21);
    expect(JSON.stringify(keys).length).toBeLessThan(2_000);
  });
});

describe('secrets in the words of peers', () => {
  it.each<[string, (cast: Cast) => void]>([
    ['a requestId', ({ alice }) => alice.command('n1', { requestId: SECRET })],
    ['an action', ({ alice }) => alice.command('n1', { action: `primitive.${JWT}` })],
    ['a refused action', ({ alice }) => alice.command('n1', { action: JWT })],
    ['a tab', ({ alice }) => alice.command('n1', { tab: SECRET })],
    ['a node that nobody knows', ({ alice }) => alice.command(SECRET)],
    ['a key of an input', ({ alice }) => alice.command('n1', { input: { [SECRET]: 1 } })],
    ['a traceId', ({ alice }) => alice.send('command_cancel', { targetRequestId: 'x' }, { traceId: JWT })],
    ['a code of a node', ({ alice, node }) => node.refuse(alice.command('n1'), SECRET)],
    ['an event that nobody knows', ({ node }) => node.send('event', { type: SECRET })],
    ['an entry of a node', ({ node }) => node.send('event', { type: 'extension_log', entry: noted })],
    ['a tab to lock', ({ alice }) => alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: SECRET })],
    ['a listener', ({ alice, node }) => subscribe(alice, node)],
    ['a result nobody asked for', ({ node }) => node.answer(SECRET)],
    ['a second login', ({ alice }) => alice.send('auth', { accessToken: JWT })],
    ['a refresh', ({ alice }) => alice.send('refresh', { refreshToken: SECRET })],
    ['a text that is no JSON', ({ alice }) => alice.sendText(`{"refreshToken":"${SECRET}`)],
  ])('%s: neither the log nor another peer sees it', async (_case, say) => {
    const { world, alice, bob, node } = await worldOf({ logPayloads: true });
    bob.send('event', { type: 'logs_subscribe' });

    say({ world, alice, node });
    await settled();
    world.pass(1_500);

    expect(JSON.stringify(world.log.entries)).not.toContain('CANARY');
    expect(JSON.stringify(bob.received)).not.toContain('CANARY');
    expect(JSON.stringify(world.relay.logs.query(OPERATOR, { requestId: SECRET }))).not.toContain('CANARY');
  });
});

describe('visibility', () => {
  it('a withdrawn grant hides the entries of a node at once, in queries and in the live log', async () => {
    const { world, alice, node } = await worldOf();
    alice.send('event', { type: 'logs_subscribe' });
    const say = () => node.send('event', { type: 'extension_log', entry: { type: 'page_opened' } });
    const viewer = world.relay.viewer({ kind: 'bearer', identity: identityOf('alice') });

    say();
    const before = [seen(alice), world.relay.logs.query(viewer, {}).filter(isOpened).length];
    const withdrawn = world.relay.access.grants.set(identityOf('n1', 'node'), { clientId: 'alice', grant: false });
    say();

    expect(before).toEqual([1, 1]);
    expect(seen(alice)).toBe(1);
    expect(world.relay.logs.query(viewer, {}).filter(isOpened)).toEqual([]);
    expect(world.relay.plainViewer({ kind: 'bearer', identity: identityOf('alice') }).nodeIds.size).toBe(0);
    await withdrawn;
  });

  it("a node's word about a command that has ended is still its client's alone", async () => {
    const { world, alice, bob, node } = await worldOf();
    for (const one of [alice, bob]) one.send('event', { type: 'logs_subscribe' });
    const requestId = alice.command('n1');
    node.answer(requestId);

    node.send('event', { type: 'extension_log', entry: { type: 'page_opened', requestId } });
    node.send('event', { type: 'extension_log', entry: { type: 'page_opened', requestId: 'long ago' } });

    expect(entryOf(world, 'page_opened')).not.toHaveProperty('clientId');
    expect([seen(alice), seen(bob)]).toEqual([1, 0]);
    expect(world.relay.logs.query(OPERATOR, {}).filter(isOpened)).toHaveLength(2);
  });
});

interface Cast {
  readonly world: TestRelay;
  readonly alice: TestController;
  readonly node: TestNode;
}

const OPERATOR: Viewer = { seesAll: true, nodeIds: new Set() };

const noted = { type: SECRET, requestId: SECRET, action: JWT, status: SECRET, traceId: JWT, data: { [SECRET]: JWT } };

function subscribe(alice: TestController, node: TestNode): void {
  const requestId = alice.command('n1', { action: 'listener.subscribe', input: { listener: SECRET } });
  node.answer(requestId);
  node.send('event', { type: 'listener_update', data: { token: 'CANARY' } }, { requestId });
}

function seen(controller: TestController): number {
  return controller.ofType('event').filter(({ payload }) => isOpened(payload['entry'])).length;
}

function isOpened(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'type' in entry && entry.type === 'page_opened';
}

function identityOf(name: string, role: 'controller' | 'node' = 'controller') {
  const ids = role === 'node' ? { nodeId: name } : { clientId: name, controllerId: `ctl_${name}` };
  return { role, ...ids, scopes: SCOPES, expiresAt: Infinity };
}

function textOf(frame: unknown): string {
  return JSON.stringify(frame);
}
