import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController, type TestNode } from '../../src/testing/index.js';

const scopes = ['primitive.*', 'listener.*', 'command.*', 'logs.read'];

async function oneTab() {
  const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] }, scopes });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  return { world, node, alice, bob, journal: world.storage.journal };
}

function lockTab(controller: TestController, more: object = {}): void {
  controller.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1', ...more });
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('a hostile node', () => {
  it('cannot break the relay with an outcome that is nested too deep to be written down', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { idempotencyKey: 'k1' });
    await settled();
    const payload = `{"ok":true,"durationMs":1,"action":"x","data":${nested(20_000)}}`;
    const frame = `"protocolVersion":"1.0","messageType":"result","requestId":"${id}","senderRole":"node"`;
    node.sendText(`{${frame},"payload":${payload}}`);
    await settled();
    world.pass(10_000);

    expect(world.bugs).toEqual([]);
    expect(alice.peer.raw.at(-1)).toBeInstanceOf(Uint8Array);
    const again = alice.command('n1', { idempotencyKey: 'k1' });
    await settled();
    node.refuse(node.commandIds.at(-1) ?? '', 'action_not_supported');
    await settled();
    expect(alice.terminals(again)[0]?.payload).toMatchObject({ ok: true, resultOmitted: true });
    expect(world.relay.tables().commands).toBe(0);
  });

  it('cannot leave a subscription behind by answering after its time to stop', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'x' }, timeoutMs: 1_000 });
    world.pass(7_000);
    node.answer(id);
    expect(node.commands.at(-1)?.payload).toMatchObject({
      action: 'listener.unsubscribe',
      payload: { targetRequestId: id },
    });
  });

  it('that is silent on the relay’s own commands takes no room from others', async () => {
    const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, scopes });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 300; count += 1) {
      node.answer(alice.command('n1', { action: 'listener.subscribe', input: { listener: 'x' } }));
    }
    alice.drop();
    const bob = await world.controller('bob');
    const id = bob.command('n1');
    expect(bob.events(id)).toEqual(['routed']);
  });
});

describe('a node that tells', () => {
  const report = (node: TestNode, requestId?: string) => {
    const about = requestId === undefined ? {} : { requestId };
    node.send('event', { type: 'extension_log', entry: { type: 'seen', ...about } });
  };

  it('tells of a command, a listener, a stream and a durable command what their client alone may read', async () => {
    const { world, node, alice, bob } = await oneTab();
    for (const reader of [alice, bob]) reader.send('event', { type: 'logs_subscribe', source: 'node' });
    const told = (reader: TestController) =>
      reader.ofType('event').filter(({ payload }) => JSON.stringify(payload).includes('"type":"seen"'));
    const running = alice.command('n1', { tab: 't1' });
    const waiting = alice.queue('n1', { tab: 't1' });
    const listener = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'x' } });
    node.answer(listener);
    const stream = alice.command('n1', { action: 'command.test' });
    node.answer(stream, { stream: { listeners: [{ listener: 'y' }] } });
    const durable = alice.command('n1', { idempotencyKey: 'k1' });
    await settled();
    const over = alice.command('n1');
    node.answer(over);

    const forgetful = { level: 'debug', source: 'relay', type: 'error' } as const;
    // Whose they are is known without the newest entries of the log.
    for (let count = 0; count < 1_100; count += 1) world.relay.logs.write(forgetful);
    for (const id of [running, waiting, listener, stream, durable, over]) report(node, id);
    expect(told(alice)).toHaveLength(6);
    expect(told(bob)).toEqual([]);

    for (const id of [running, waiting, durable]) node.answer(id);
    const unsubscribe = { action: 'listener.unsubscribe', input: { targetRequestId: listener } };
    node.answer(alice.command('n1', unsubscribe));
    alice.cancel(stream);
    await settled();
    for (let count = 0; count < 1_100; count += 1) world.relay.logs.write(forgetful);
    for (const id of [running, waiting, listener, stream, durable]) report(node, id);
    expect(told(alice)).toHaveLength(11);
    expect(told(bob)).toEqual([]);
    const owners = world.log.ofType('seen').map(({ clientId, nodeId }) => [clientId, nodeId]);
    expect(new Set(owners.map(String))).toEqual(new Set(['alice,n1']));
  });

  it('tells of what lasts to its client, however much came since, and of what was forgotten to the operator', async () => {
    const config = { rateLimitPerMin: 100_000 };
    const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, scopes, config });
    const node = await world.node('n1');
    const [alice, bob] = [await world.controller('alice'), await world.controller('bob')];
    const listener = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'x' } });
    node.answer(listener);
    const stream = alice.command('n1', { action: 'command.test' });
    node.answer(stream, { stream: { listeners: [{ listener: 'y' }] } });
    const over = alice.command('n1');
    node.answer(over);
    for (let count = 0; count < 2_100; count += 1) node.answer(bob.command('n1'));

    for (const id of [listener, stream, over]) report(node, id);

    const owners = world.log.ofType('seen').map(({ requestId, clientId }) => [requestId, clientId]);
    expect(owners).toEqual([
      [listener, 'alice'],
      [stream, 'alice'],
      [over, undefined],
    ]);
  });

  it('of a request that nobody knows tells the operator alone, and of none all who may command it', async () => {
    const { world, node, alice } = await oneTab();
    alice.send('event', { type: 'logs_subscribe', source: 'node' });
    report(node, 'never seen');
    expect(JSON.stringify(alice.received)).not.toContain('never seen');
    const everything = { seesAll: true, nodeIds: new Set<string>() };
    expect(world.relay.logs.query(everything, { requestId: 'never seen' })).toHaveLength(1);

    report(node);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'log', entry: { type: 'seen', nodeId: 'n1' } });
  });

  it('is heard within its rate and 64 levels, and no further', async () => {
    const world = await testRelay({ config: { rateLimitPerMin: 4 } });
    const node = await world.node('n1');
    const deepest = JSON.parse(nested(61)) as unknown;
    const tell = (data: object) => node.send('event', { type: 'extension_log', entry: { type: 'seen', data } });

    tell({ deepest });
    expect(world.log.ofType('seen')).toHaveLength(1);
    tell({ deepest: [deepest] });
    expect(node.lastError).toMatchObject({ code: 'invalid_extension_log' });
    tell({});
    node.send('event', { type: 'gossip' });
    tell({});
    expect(node.lastError).toMatchObject({ code: 'rate_limited', retryAfterMs: 15_000 });
    node.send('event', { type: 'gossip' });
    expect(node.ofType('error')).toHaveLength(3);
    expect(world.log.ofType('seen')).toHaveLength(2);
  });

  it('reaches a session that follows the log while that lasts, and nobody afterwards', async () => {
    const { node, alice } = await oneTab();
    alice.send('event', { type: 'logs_subscribe', source: 'node' });
    report(node);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'log', entry: { type: 'seen' } });

    alice.drop();
    alice.peer.buffered = 9 * 1024 * 1024;
    report(node);
    expect(alice.peer.drainWaiterCount).toBe(0);
  });
});

describe('a hostile controller', () => {
  it('gains nothing from a renewal that is not well-formed: the lock still ends with its session', async () => {
    const { world, alice, bob } = await oneTab();
    lockTab(alice);
    lockTab(alice, { lockLeaseMs: 'long' });
    expect(alice.lastError).toMatchObject({ code: 'invalid_envelope' });
    for (let count = 0; count < 1_000; count += 1) lockTab(bob, { tabSessionId: `x${count}`, lockLeaseMs: 'long' });
    alice.drop();
    lockTab(bob);
    expect(bob.lastFrame?.payload).toMatchObject({ type: 'lock_acquired' });
    expect(world.relay.tables().locks).toBe(1);
  });

  it('cannot provoke a bug with a field that is nested too deep, wherever it stands', async () => {
    const { world, node, alice } = await oneTab();
    const payload = { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'deep' };
    const extra = JSON.parse(nested(200)) as unknown;
    alice.send('command', payload, { extra });
    expect(alice.lastError).toMatchObject({ code: 'invalid_envelope', effect: 'none' });
    expect(node.commands).toEqual([]);
    expect(world.bugs).toEqual([]);
  });

  it('is slowed down like anybody when it sends what it has no business to send', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, scopes, config: { rateLimitPerMin: 5 } });
    const alice = await world.controller('alice');
    for (const messageType of ['result', 'hello_ack', 'error']) alice.send(messageType, {});
    alice.sendText('no json');
    alice.send('event', 'no object');
    alice.sendText('no json');
    expect(alice.lastError).toMatchObject({ code: 'rate_limited' });
  });

  it('cannot send what is nested deeper than 64 levels, nor is anybody hindered who stays within them', async () => {
    const { world, node, alice } = await oneTab();
    // Frame, payload and input are three of them.
    const deepest = JSON.parse(nested(61)) as unknown;
    const fits = alice.command('n1', { input: { deepest } });
    expect(alice.events(fits)).toEqual(['routed']);

    alice.command('n1', { input: { deepest: [deepest] } });
    expect(alice.lastError).toMatchObject({ code: 'invalid_envelope', effect: 'none' });
    expect(node.commandIds).toEqual([fits]);
    expect(world.bugs).toEqual([]);
  });

  it('that was removed gets nothing in, not even while it is told so', async () => {
    const { world, node, alice } = await oneTab();
    alice.command('n1', { tab: 't1' });
    let attempts = 0;
    alice.peer.onText = (text) => {
      if (!text.includes('controller_revoked') || attempts === 5) return;
      attempts += 1;
      alice.command('n1', { tab: `after-${attempts}` });
      lockTab(alice, { tabSessionId: 'after' });
    };

    await world.relay.access.clients.remove({ kind: 'operator' }, 'alice');

    expect(attempts).toBeGreaterThan(0);
    expect(new Set(alice.ofType('error').map(({ payload }) => payload['code']))).toEqual(
      new Set(['controller_revoked']),
    );
    expect(node.commands.filter(({ payload }) => payload['tabSessionId'] !== 't1' && payload['replayNonce'])).toEqual(
      [],
    );
    expect(alice.ofType('event').map(({ payload }) => payload['type'])).toEqual(['routed']);
    expect(alice.peer.closedWith?.code).toBe(4403);
    expect(world.relay.tables().locks).toBe(0);
  });

  it('is slowed down by its locks and events as by its commands; giving back and cancelling stay free', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, scopes, config: { rateLimitPerMin: 3 } });
    const alice = await world.controller('alice');
    lockTab(alice);
    alice.send('event', { type: 'session_detach' });
    alice.send('refresh', {});
    const limited = { code: 'rate_limited', retryable: true, retryAfterMs: 20_000 };

    lockTab(alice, { tabSessionId: 't2' });
    expect(alice.lastError).toMatchObject(limited);
    alice.send('event', { type: 'logs_subscribe' });
    expect(alice.lastError).toMatchObject(limited);
    alice.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't1' });
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'lock_released' });
    alice.cancel('nothing');
    expect(alice.lastError).toMatchObject({ code: 'command_not_found' });
    alice.send('ping', {});
    expect(alice.lastFrame?.messageType).toBe('pong');
  });

  it('gains nothing by leaving: what its commands take is counted until their node is done with them', async () => {
    const { world, node, alice } = await oneTab();
    for (let count = 0; count < 64; count += 1) alice.command('n1', { timeoutMs: 600_000 });
    alice.drop();
    world.pass(300_000);

    const again = await world.controller('alice');
    again.command('n1');
    expect(again.lastError).toMatchObject({ code: 'too_many_commands' });
    node.answer(node.commandIds[0] ?? '');
    expect(again.events(again.command('n1'))).toEqual(['routed']);
  });

  it('that reads slowly costs the relay one waiting notice, however much it misses', async () => {
    const { node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'x' } });
    node.answer(id);
    alice.peer.buffered = 9 * 1024 * 1024;
    for (let count = 0; count < 2_000; count += 1) {
      node.send('event', { type: 'listener_update', data: 1 }, { requestId: id });
    }
    expect(alice.peer.drainWaiterCount).toBe(1);
    alice.peer.drain();
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'listener_updates_dropped', count: 2_000 });
  });
});

describe('while the journal works', () => {
  it('a grant that is withdrawn keeps a durable command from being sent', async () => {
    const { world, node, alice, journal } = await oneTab();
    journal.holds = true;
    const id = alice.command('n1', { tab: 't1', idempotencyKey: 'k1' });
    await settled();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ code: 'acl_missing_node_grant', effect: 'none' });
    journal.sync();
    await settled();
    expect(node.commands).toEqual([]);
  });

  it('a lock that somebody takes holds a durable command back, in its place', async () => {
    const { node, alice, bob, journal } = await oneTab();
    journal.holds = true;
    const id = alice.command('n1', { tab: 't1', idempotencyKey: 'k1', waitPolicy: 'wait_with_timeout' });
    await settled();
    lockTab(bob);
    journal.sync();
    await settled();
    expect(node.commands).toEqual([]);
    const bobs = bob.command('n1', { tab: 't1' });
    expect(node.commandIds).toEqual([bobs]);
    node.answer(bobs);
    bob.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't1' });
    await settled();
    journal.sync();
    await settled();
    expect(node.commandIds).toEqual([bobs, id]);
  });

  it('an id that the journal has not answered for cannot be used again', async () => {
    const { alice, journal } = await oneTab();
    journal.holds = true;
    const options = { tab: 't1', requestId: 'r1', idempotencyKey: 'k1' };
    alice.command('n1', options);
    await settled();
    alice.cancel('r1');
    alice.command('n1', options);
    expect(alice.lastError).toMatchObject({ code: 'duplicate_request_id' });
  });
});

describe('strangers', () => {
  it('cannot write into what others see of the log', async () => {
    const { world, alice } = await oneTab();
    alice.send('event', { type: 'logs_subscribe' });
    const stranger = world.connect('controller');
    stranger.send('hello', { role: 'controller' }, { requestId: 'look at me' });
    stranger.send('command', {}, { requestId: 'look at me' });
    expect(JSON.stringify(alice.received)).not.toContain('look at me');
    expect(world.log.ofType('unauthenticated_frame_rejected')).toHaveLength(1);
  });

  it('whose socket ends while they are told that they are in leave no session', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    const client = world.connect('controller');
    const accessToken = await world.token({ role: 'controller', clientId: 'alice', scopes: [] });
    client.send('hello', { role: 'controller' });
    client.peer.onText = (text) => {
      if (text.includes('auth_ack')) client.drop();
    };
    client.send('auth', { accessToken });
    await settled();
    expect(world.relay.tables().sessions).toBe(0);
  });
});
