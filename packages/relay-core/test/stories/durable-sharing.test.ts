import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestCommand, type TestController, type TestNode } from '../../src/testing/index.js';

const scopes = ['primitive.*', 'listener.*', 'command.*', 'logs.read'];

async function twoSessions() {
  const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] }, scopes });
  const node = await world.node('n1', 'i1');
  const first = await world.controller('alice', 'ctl_1');
  const second = await world.controller('alice', 'ctl_2');
  const bob = await world.controller('bob');
  return { world, node, first, second, bob };
}

/** A relay that was started anew while a node still ran a durable command, and that knows so. */
async function adopted(action = 'primitive.tab.navigate') {
  const before = await twoSessions();
  const original = await keyed(before.first, 'k1', { action });
  const world = await before.world.restart();
  const node = await world.node('n1', 'i1');
  const first = await world.controller('alice', 'ctl_1');
  const id = await keyed(first, 'k1', { action });
  const inquiry = node.commandIds[0] ?? '';
  return { world, node, first, original, id, inquiry };
}

/** Sends a durable command, and lets the journal take it. */
async function keyed(controller: TestController, key: string, options: TestCommand = {}): Promise<string> {
  const command = { action: 'primitive.tab.navigate', tab: 't1', waitPolicy: 'wait_with_timeout', ...options };
  const id = controller.command('n1', { ...command, idempotencyKey: key });
  await settled();
  return id;
}

async function answered(node: TestNode, id: string, data: unknown = {}): Promise<void> {
  node.answer(id, data);
  await settled();
}

function lock(controller: TestController, tab = 't1'): void {
  controller.send('tab_lock', { targetNodeId: 'n1', tabSessionId: tab });
}

function codes(controller: TestController, requestId: string): unknown {
  return controller.terminals(requestId).map((frame) => frame.payload['code'] ?? frame.payload['data']);
}

function stops(node: TestNode): unknown[] {
  return node.ofType('command_cancel').map((frame) => frame.payload);
}

describe('a durable command that several sessions wait for', () => {
  it('goes first while any of them holds the lock of its tab', async () => {
    const { node, first, second, bob } = await twoSessions();
    const running = bob.queue('n1', { tab: 't1' });
    bob.queue('n1', { tab: 't1' });
    const shared = await keyed(first, 'k1');
    await keyed(second, 'k1');
    lock(second);
    await answered(node, running);
    expect(node.commandIds).toEqual([running, shared]);
  });

  it('starts at once when the holder of the lock that it has waited for joins it', async () => {
    const { node, first, second } = await twoSessions();
    lock(second);
    const shared = await keyed(first, 'k1');
    expect(node.commandIds).toEqual([]);
    const joined = await keyed(second, 'k1');
    expect(second.events(joined)).toEqual(['queued', 'routed']);
    expect(node.commandIds).toEqual([shared]);
  });

  it('keeps nothing of a session that is gone: the lock of one that stays lets it in', async () => {
    const { node, first, second, bob } = await twoSessions();
    const running = bob.queue('n1', { tab: 't1' });
    const shared = await keyed(first, 'k1');
    const joined = await keyed(second, 'k1');
    first.drop();
    lock(second);
    await answered(node, running);
    expect(node.commandIds).toEqual([running, shared]);
    await answered(node, shared, 'for who stayed');
    expect(codes(second, joined)).toEqual(['for who stayed']);
  });

  it('waits for the lock of one that has cancelled its part of it', async () => {
    const { world, node, first, second } = await twoSessions();
    lock(second);
    const running = second.queue('n1', { tab: 't1' });
    const shared = await keyed(first, 'k1');
    const joined = await keyed(second, 'k1');
    second.cancel(joined);
    await answered(node, running);
    expect(node.commandIds).toEqual([running]);
    // Its turn has not even been tried.
    expect(world.storage.journal.kindsOf('k1')).toEqual([]);
    second.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't1' });
    await settled();
    expect(node.commandIds).toEqual([running, shared]);
  });

  it('tells whoever joins where it stands: how many wait, or that it is with the node', async () => {
    const { node, first, second, bob } = await twoSessions();
    const running = bob.queue('n1', { tab: 't1' });
    const shared = await keyed(first, 'k1');
    bob.queue('n1', { tab: 't1' });
    const early = await keyed(second, 'k1');
    expect(second.lastFrame).toMatchObject({
      requestId: early,
      payload: { type: 'queued', targetNodeId: 'n1', tabSessionId: 't1', queueDepth: 2 },
    });
    await answered(node, running);
    expect(second.events(early)).toEqual(['queued', 'routed']);
    const late = await keyed(second, 'k1');
    expect(second.lastFrame).toMatchObject({
      requestId: late,
      payload: { type: 'routed', targetNodeId: 'n1', tabSessionId: 't1' },
    });
    expect(node.commandIds).toEqual([running, shared]);
  });

  it('the id of a request that joined is as live as any: no other command has it, and no stranger cancels it', async () => {
    const { first, second, bob } = await twoSessions();
    await keyed(first, 'k1');
    const joined = await keyed(second, 'k1');
    bob.command('n1', { tab: 't2', requestId: joined });
    expect(bob.lastError).toMatchObject({ code: 'duplicate_request_id' });
    bob.cancel(joined);
    expect(bob.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    first.cancel(joined);
    expect(first.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    expect(second.terminals(joined)).toEqual([]);
  });

  it('may be cancelled by a new session under the id that an old one was the last to wait under', async () => {
    const { world, node, first, second } = await twoSessions();
    const original = await keyed(first, 'k1');
    const joined = await keyed(second, 'k1');
    first.drop();
    second.drop();
    const again = await world.controller('alice');
    again.cancel(joined);
    expect(again.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'forwarded' });
    expect(stops(node)).toMatchObject([{ targetRequestId: original }]);
  });
});

describe('what is logged of durable commands', () => {
  it('an outcome that nobody is left to hear, and every cancel', async () => {
    const { world, node, first, second } = await twoSessions();
    const original = await keyed(first, 'k1');
    const joined = await keyed(second, 'k1');
    second.cancel(joined);
    expect(world.log.ofType('command_cancel_requested')).toMatchObject([
      { requestId: joined, clientId: 'alice', nodeId: 'n1', action: 'primitive.tab.navigate', status: 'cancelled' },
    ]);
    first.drop();
    await answered(node, original);
    expect(world.log.ofType('result')).toMatchObject([
      { requestId: original, clientId: 'alice', nodeId: 'n1', source: 'node', status: 'completed' },
    ]);
  });

  it('an outcome that came too late for everybody', async () => {
    const { world, node, first } = await twoSessions();
    const id = await keyed(first, 'k1', { timeoutMs: 1_000 });
    world.clock.advance(6_000);
    await answered(node, id);
    expect(world.log.ofType('result')).toMatchObject([{ requestId: id, clientId: 'alice', level: 'info' }]);
  });

  it('its end by the relay when nobody has come back for it', async () => {
    const { world, node, first, second } = await twoSessions();
    const id = await keyed(first, 'k1');
    second.drop();
    first.drop();
    node.drop();
    expect(world.log.ofType('error')).toMatchObject([{ requestId: id, status: 'node_disconnected', source: 'relay' }]);
  });
});

describe('a durable test that opens a stream', () => {
  const stream = { stream: { listeners: [{ listener: 'chat' }] } };
  const test = { action: 'command.test', input: { site: 's', command: 'c' } };

  function subscribe(controller: TestController): string {
    return controller.command('n1', { action: 'listener.subscribe', tab: 't1', input: { listener: 'chat' } });
  }

  it('opens it for the first who is told, under the id that this one knows', async () => {
    const { world, node, first, second } = await twoSessions();
    const original = await keyed(first, 'k1', test);
    const joined = await keyed(second, 'k1', test);
    await answered(node, original, stream);
    expect(codes(second, joined)).toEqual([stream]);
    expect(world.relay.tables().streams).toBe(1);

    const subscription = subscribe(first);
    await answered(node, subscription);
    first.cancel(original);
    expect(first.terminals(original).at(-1)?.payload).toMatchObject({ data: { streamCancelled: true } });
    expect(node.commands.at(-1)?.payload).toMatchObject({ payload: { targetRequestId: subscription } });
    expect(world.log.ofType('command_cancel_requested')).toMatchObject([
      { requestId: original, action: 'command.test', nodeId: 'n1', status: 'cancelled' },
    ]);
    second.cancel(joined);
    expect(second.lastError).toMatchObject({ code: 'command_not_found' });
  });

  it('opens it for who is left when the first has gone', async () => {
    const { node, first, second } = await twoSessions();
    const original = await keyed(first, 'k1', test);
    const joined = await keyed(second, 'k1', test);
    first.drop();
    await answered(node, original, stream);
    node.refuse(subscribe(second), 'script_failed');
    expect(second.terminals(joined).at(-1)?.payload).toMatchObject({ data: { streamFailed: true } });
  });

  it('opens another one for a repeat when the first is over, and none while it lives', async () => {
    const { world, node, first, second } = await twoSessions();
    await answered(node, await keyed(first, 'k1', test), stream);
    await keyed(second, 'k1', test);
    expect(world.relay.tables().streams).toBe(1);
    first.drop();
    expect(world.relay.tables().streams).toBe(0);
    const repeat = await keyed(second, 'k1', test);
    expect(world.relay.tables().streams).toBe(1);
    second.cancel(repeat);
    expect(second.terminals(repeat).at(-1)?.payload).toMatchObject({ commandOutcome: 'cancelled' });
    expect(node.commands.filter((frame) => frame.payload['action'] === 'command.test')).toHaveLength(1);
  });
});

describe('listener commands under a key', () => {
  it('an unsubscribe ends its listener once, and a repeat hears that it did', async () => {
    const { world, node, first } = await twoSessions();
    const subscription = first.command('n1', { action: 'listener.subscribe', input: { listener: 'ticks' } });
    node.answer(subscription);
    const deed = {
      action: 'listener.unsubscribe',
      tab: undefined,
      input: { targetRequestId: subscription },
    };
    const id = await keyed(first, 'k1', deed);
    await answered(node, id, 'gone');
    expect(world.relay.tables().listeners).toBe(0);
    const repeat = await keyed(first, 'k1', deed);
    expect(codes(first, repeat)).toEqual(['gone']);
    expect(node.commandIds).toEqual([subscription, id]);
  });

  it('an unsubscribe of what is not its own is refused as without a key', async () => {
    const { first } = await twoSessions();
    await keyed(first, 'k1', { action: 'listener.unsubscribe', input: { targetRequestId: 'never' } });
    expect(first.lastError).toMatchObject({ code: 'listener_not_found', effect: 'none' });
  });

  it('a subscribe cannot have one, and hears why', async () => {
    const { node, first } = await twoSessions();
    await keyed(first, 'k1', { action: 'listener.subscribe', input: { listener: 'ticks' } });
    expect(first.lastError).toMatchObject({ code: 'invalid_command', effect: 'none' });
    expect(first.lastError?.['message']).toContain('a subscription ends with its session');
    expect(node.commands).toEqual([]);
  });
});

describe('a durable command that its node still ran when the relay was started anew', () => {
  it('is told of like any other: whoever waits hears that it is with the node', async () => {
    const { world, node, first, id, inquiry } = await adopted();
    expect(first.events(id)).toEqual([]);
    node.answer(inquiry, { status: 'running' });
    expect(first.events(id)).toEqual(['routed']);
    const second = await world.controller('alice', 'ctl_2');
    const joined = await keyed(second, 'k1');
    expect(second.events(joined)).toEqual(['routed']);
  });

  it('is stopped a grace after the last session that waited for it, unless one comes back', async () => {
    const { world, node, first, original, inquiry } = await adopted();
    node.answer(inquiry, { status: 'running' });
    first.drop();
    world.clock.advance(1_999);
    const again = await world.controller('alice');
    await keyed(again, 'k1');
    world.clock.advance(10_000);
    expect(stops(node)).toEqual([]);
    again.drop();
    world.clock.advance(2_000);
    const reason = 'unattended';
    expect(stops(node)).toEqual([
      { targetRequestId: original, nodeId: 'n1', action: 'primitive.tab.navigate', reason },
    ]);
  });

  it('is stopped as soon as it is known to run when all who asked have gone for good', async () => {
    const { world, node, first, original, inquiry } = await adopted();
    first.drop();
    world.clock.advance(2_000);
    expect(stops(node)).toEqual([]);
    node.answer(inquiry, { status: 'running' });
    expect(stops(node)).toMatchObject([{ targetRequestId: original }]);
  });

  it('is stopped at once when the right to it ends, although nobody waits for it any more', async () => {
    const { world, node, first, original, inquiry } = await adopted();
    node.answer(inquiry, { status: 'running' });
    await world.controller('alice', 'ctl_2');
    first.drop();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(stops(node)).toMatchObject([{ targetRequestId: original }]);
    world.clock.advance(10_000);
    expect(stops(node)).toHaveLength(1);
  });

  it('may be cancelled by a new session after a reconnect', async () => {
    const { world, node, first, original, id, inquiry } = await adopted();
    node.answer(inquiry, { status: 'running' });
    first.drop();
    const again = await world.controller('alice');
    again.cancel(id);
    expect(again.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'forwarded' });
    expect(stops(node)).toMatchObject([{ targetRequestId: original }]);
  });

  it('ends for those who wait when the right to it ends while the node is asked', async () => {
    const { world, node, first, id, inquiry } = await adopted();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(codes(first, id)).toEqual(['acl_missing_node_grant']);
    node.answer(inquiry, { status: 'running' });
    expect(stops(node)).toHaveLength(1);
  });

  it('ends for those who wait when the node goes; who asks again asks the node again', async () => {
    const { world, node, first, original, id, inquiry } = await adopted();
    node.answer(inquiry, { status: 'running' });
    node.drop();
    expect(codes(first, id)).toEqual(['node_disconnected']);
    expect(first.lastError).toMatchObject({ effect: 'unknown' });
    const back = await world.node('n1', 'i1');
    await keyed(first, 'k1');
    expect(back.commands[0]?.payload).toMatchObject({
      action: 'relay.command_status',
      payload: { targetRequestId: original },
    });
  });

  it.each(['running', 'done'])('has its tab on record: %s', async (status) => {
    const { world, node, original, inquiry } = await adopted('primitive.tab.open');
    const payload = { ok: true, data: {} };
    node.answer(inquiry, { status, outcome: { messageType: 'result', payload } });
    if (status === 'running') node.answer(original);
    await settled();
    const last = await world.restart();
    const again = await last.node('n1', 'i1');
    last.pass(600_000);
    expect(again.commands[0]?.payload).toMatchObject({
      action: 'primitive.tab.close_owned',
      payload: { controllerClientId: 'alice' },
    });
  });

  it('has its tab on record although nobody has asked for it since', async () => {
    const before = await twoSessions();
    const id = await keyed(before.first, 'k1', { action: 'primitive.tab.open' });
    const world = await before.world.restart();
    await answered(await world.node('n1', 'i1'), id);
    const last = await world.restart();
    const again = await last.node('n1', 'i1');
    last.pass(600_000);
    expect(again.commands[0]?.payload).toMatchObject({ payload: { controllerClientId: 'alice' } });
  });

  it('keeps its id: no other command of that node may have it', async () => {
    const before = await twoSessions();
    const id = await keyed(before.first, 'k1');
    const world = await before.world.restart();
    const node = await world.node('n1', 'i1');
    const bob = await world.controller('bob');
    bob.command('n1', { tab: 't2', requestId: id });
    expect(bob.lastError).toMatchObject({ code: 'duplicate_request_id', effect: 'none' });
    await answered(node, id);
    bob.command('n1', { tab: 't2', requestId: id });
    expect(bob.events(id)).toEqual(['routed']);
  });
});

describe('the time of a durable command that is with its node', () => {
  const deadlines = (node: TestNode) => node.ofType('event').map((frame) => frame.payload);

  it('is put off there when somebody joins who waits for longer, and is not mentioned otherwise', async () => {
    const { world, node, first, second } = await twoSessions();
    const shared = await keyed(first, 'k1', { timeoutMs: 30_000 });
    await keyed(second, 'k1', { timeoutMs: 30_000 });
    world.pass(20_000);
    await keyed(second, 'k1', { timeoutMs: 5_000 });
    expect(deadlines(node)).toEqual([]);
    const late = await keyed(second, 'k1', { timeoutMs: 30_000 });
    expect(deadlines(node)).toEqual([{ type: 'command_deadline', targetRequestId: shared, timeoutMs: 30_000 }]);
    world.pass(29_000);
    expect(stops(node)).toEqual([]);
    await answered(node, shared, 'in time for the last');
    expect(codes(first, shared)).toEqual(['command_timed_out']);
    expect(codes(second, late)).toEqual(['in time for the last']);
  });

  it('is told behind the command, when somebody waits for longer by the time that it is sent', async () => {
    const { world, node, first, second, bob } = await twoSessions();
    const running = bob.queue('n1', { tab: 't1', timeoutMs: 60_000 });
    const shared = await keyed(first, 'k1', { timeoutMs: 30_000 });
    world.pass(20_000);
    await keyed(second, 'k1', { timeoutMs: 60_000 });
    world.pass(5_000);
    await answered(node, running);
    expect(node.commandIds).toEqual([running, shared]);
    expect(deadlines(node)).toEqual([{ type: 'command_deadline', targetRequestId: shared, timeoutMs: 55_000 }]);
    expect(node.received.at(-1)?.messageType).toBe('event');
  });

  it('is told again over a newer connection of the node, where the older one may have lost it', async () => {
    const { world, node, first, second } = await twoSessions();
    const shared = await keyed(first, 'k1', { timeoutMs: 30_000 });
    world.pass(20_000);
    await keyed(second, 'k1', { timeoutMs: 30_000 });
    expect(deadlines(node)).toHaveLength(1);
    world.pass(5_000);
    const newer = await world.node('n1', 'i1');
    expect(deadlines(newer)).toEqual([{ type: 'command_deadline', targetRequestId: shared, timeoutMs: 25_000 }]);
  });

  it('is told again to a node that was gone and still runs it, where the connection that it lost took the word with it', async () => {
    const { world, node, first, second } = await twoSessions();
    const shared = await keyed(first, 'k1', { timeoutMs: 30_000 });
    world.pass(20_000);
    await keyed(second, 'k1', { timeoutMs: 30_000 });
    expect(deadlines(node)).toHaveLength(1);
    node.drop();
    await settled();
    world.pass(5_000);
    const newer = await world.node('n1', 'i1');
    await keyed(second, 'k1', { timeoutMs: 20_000 });
    await answered(newer, newer.commandIds[0] ?? '', { status: 'running' });
    expect(deadlines(newer)).toEqual([{ type: 'command_deadline', targetRequestId: shared, timeoutMs: 20_000 }]);
  });

  it('is told to a node that has run it since before the relay was started anew', async () => {
    const { node, first, original, inquiry } = await adopted();
    expect(deadlines(node)).toEqual([]);
    await answered(node, inquiry, { status: 'running' });
    expect(deadlines(node)).toEqual([{ type: 'command_deadline', targetRequestId: original, timeoutMs: 30_000 }]);
    await keyed(first, 'k1', { timeoutMs: 60_000 });
    expect(deadlines(node)).toHaveLength(2);
  });
});
