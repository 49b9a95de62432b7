import { describe, expect, it } from 'vitest';
import { encodeUtf8, testRelay, type TestController, type TestNode } from '../../src/testing/index.js';

const scopes = ['primitive.*', 'listener.*', 'command.*', 'logs.read'];

async function subscribed() {
  const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] }, scopes });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  const id = subscribe(alice);
  node.answer(id);
  return { world, node, alice, bob, id };
}

function subscribe(controller: TestController, tab?: string, listener = 'ticks'): string {
  const input = { listener, options: {} };
  return controller.command('n1', { action: 'listener.subscribe', input, ...(tab === undefined ? {} : { tab }) });
}

function unsubscribe(controller: TestController, targetRequestId: string | undefined, node = 'n1'): string {
  const input = targetRequestId === undefined ? {} : { targetRequestId };
  return controller.command(node, { action: 'listener.unsubscribe', input });
}

function update(node: TestNode, requestId: string, data: unknown = 1): void {
  node.send('event', { type: 'listener_update', data }, { requestId });
}

function updates(controller: TestController): unknown[] {
  return controller.ofType('event').filter((frame) => frame.payload['type'] === 'listener_update');
}

/** The unsubscribes that the relay itself sent. */
function ended(node: TestNode): unknown[] {
  return node.commands
    .filter((frame) => frame.senderRole === 'relay' && frame.payload['action'] === 'listener.unsubscribe')
    .map((frame) => frame.payload['payload']);
}

describe('listeners', () => {
  it('updates reach the session that subscribed, as the bytes that came, and nobody else', async () => {
    const { node, alice, bob, id } = await subscribed();
    const text = `{"messageType":"event","protocolVersion":"1.0","senderRole":"node","requestId":"${id}","payload":{"type":"listener_update","data":{"n":1.0}}}`;
    node.sendText(text);
    expect(alice.peer.raw.at(-1)).toEqual(encodeUtf8(text));
    expect(bob.received).toEqual([]);
  });

  it('nothing is delivered before the node has said ok', async () => {
    const { node, alice } = await subscribed();
    const pending = subscribe(alice);
    update(node, pending);
    expect(node.lastError).toMatchObject({ code: 'listener_not_found' });
    expect(updates(alice)).toEqual([]);
  });

  it("another node's update is refused, and one for nobody as well", async () => {
    const { world, alice, id } = await subscribed();
    const other = await world.node('n2');
    update(other, id);
    expect(other.lastError).toMatchObject({ code: 'listener_node_mismatch' });
    update(other, 'nobody');
    expect(other.lastError).toMatchObject({ code: 'listener_not_found' });
    expect(updates(alice)).toEqual([]);
  });

  it.each([{ type: 'listener_update' }, { type: 'listener_update', data: 1, updateType: 7 }])(
    'the malformed update %j is refused',
    async (payload) => {
      const { node, alice, id } = await subscribed();
      node.send('event', payload, { requestId: id });
      expect(node.lastError).toMatchObject({ code: 'invalid_listener_update' });
      expect(updates(alice)).toEqual([]);
    },
  );

  it('unsubscribing ends it: later updates find no listener', async () => {
    const { node, alice, id } = await subscribed();
    node.answer(unsubscribe(alice, id));
    update(node, id);
    expect(node.lastError).toMatchObject({ code: 'listener_not_found' });
    expect(ended(node)).toEqual([]);
  });

  it('unsubscribing is checked before it is sent', async () => {
    const { world, node, alice, bob, id } = await subscribed();
    await world.node('n2');
    const before = node.commands.length;
    for (const [controller, target, at, code] of [
      [alice, undefined, 'n1', 'missing_listener_target'],
      [alice, 'never', 'n1', 'listener_not_found'],
      [alice, id, 'n2', 'listener_node_mismatch'],
      [bob, id, 'n1', 'listener_owner_mismatch'],
    ] as const) {
      unsubscribe(controller, target, at);
      expect(controller.lastError).toMatchObject({ code, effect: 'none' });
    }
    expect(node.commands).toHaveLength(before);
  });

  it('the id of a live listener cannot be used for another command', async () => {
    const { alice, id } = await subscribed();
    alice.command('n1', { requestId: id });
    expect(alice.lastError).toMatchObject({ code: 'duplicate_request_id' });
  });

  it('an ok that comes too late is undone at the node', async () => {
    const { world, node, alice } = await subscribed();
    const slow = subscribe(alice, 't1');
    world.clock.advance(5_000);
    world.pass(25_000);
    expect(alice.terminals(slow)[0]?.payload).toMatchObject({ code: 'command_timed_out' });
    node.answer(slow);
    expect(ended(node)).toEqual([{ targetRequestId: slow }]);
    update(node, slow);
    expect(updates(alice)).toEqual([]);
  });

  it('an ok for a session that has gone is undone at the node', async () => {
    const { node, alice, id } = await subscribed();
    const pending = subscribe(alice);
    alice.drop();
    node.answer(pending);
    expect(ended(node)).toEqual([{ targetRequestId: id }, { targetRequestId: pending }]);
  });

  it('when the node goes, the owner is told', async () => {
    const { world, node, alice, id } = await subscribed();
    node.drop();
    expect(alice.lastFrame).toMatchObject({
      requestId: id,
      payload: { type: 'listener_ended', reason: 'node_disconnected' },
    });
    expect(world.relay.tables().listeners).toBe(0);
  });

  it.each([
    ['i1', true],
    ['i2', false],
    [undefined, false],
  ])('a take-over by instance %s keeps the listeners: %s', async (instanceId, keeps) => {
    const { world, alice, id } = await subscribed();
    const newer = await world.node('n1', instanceId);
    update(newer, id);
    expect(updates(alice)).toHaveLength(keeps ? 1 : 0);
  });

  it('a grant that ends takes the listeners with it', async () => {
    const { world, node, alice, id } = await subscribed();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'listener_ended', reason: 'acl_missing_node_grant' });
    expect(ended(node)).toEqual([{ targetRequestId: id }]);
  });

  it('a slow reader loses updates, never terminal frames, and is told how many as soon as there is room', async () => {
    const { node, alice, id } = await subscribed();
    const command = alice.command('n1');
    alice.peer.buffered = 8 * 1024 * 1024 + 1;
    for (let count = 0; count < 5; count += 1) update(node, id);
    node.answer(command);
    expect(updates(alice)).toEqual([]);
    expect(alice.terminals(command)).toHaveLength(1);

    alice.peer.drain();
    expect(alice.lastFrame).toMatchObject({ requestId: id, payload: { type: 'listener_updates_dropped', count: 5 } });
    update(node, id);
    expect(updates(alice)).toHaveLength(1);
  });

  it('the log has one summed entry a second, and never the data', async () => {
    const { world, node, id } = await subscribed();
    for (let count = 0; count < 100; count += 1) update(node, id, 'page content');
    world.clock.advance(1_000);
    const entries = world.log.ofType('listener_update');
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ requestId: id, data: { count: 100 } });
    expect(JSON.stringify(world.log.entries)).not.toContain('page content');
  });

  it('an identity may have a thousand', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, scopes, config: { rateLimitPerMin: 10_000 } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 999; count += 1) node.answer(subscribe(alice));
    const last = subscribe(alice);
    // On its way it has its place already, in another session of the identity as well.
    const second = await world.controller('alice', 'ctl_2');
    for (const controller of [alice, second]) {
      subscribe(controller);
      expect(controller.lastError).toMatchObject({ code: 'too_many_listeners', effect: 'none' });
    }
    node.answer(last);
    expect(node.commands).toHaveLength(1_000);
    update(node, last);
    expect(updates(alice)).toHaveLength(1);

    node.answer(unsubscribe(alice, last));
    const next = subscribe(second);
    node.answer(next);
    update(node, next);
    expect(updates(second)).toHaveLength(1);
  });

  it('subscribing needs its scope', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, scopes: ['primitive.*', 'listener.unsubscribe'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    subscribe(alice);
    expect(alice.lastError).toMatchObject({ code: 'forbidden_action', action: 'listener.subscribe', effect: 'none' });
    expect(node.commands).toEqual([]);
  });

  it('each of many that a slow reader missed updates of is told its own count, once', async () => {
    const { node, alice, id } = await subscribed();
    const other = subscribe(alice);
    const quiet = subscribe(alice);
    for (const subscription of [other, quiet]) node.answer(subscription);
    alice.peer.buffered = 8 * 1024 * 1024 + 1;
    for (const subscription of [id, other, id]) update(node, subscription);
    alice.peer.drain();
    const told = alice.ofType('event').filter((frame) => frame.payload['type'] === 'listener_updates_dropped');
    expect(told.map((frame) => [frame.requestId, frame.payload['count']])).toEqual([
      [id, 2],
      [other, 1],
    ]);
  });
});

describe('stream sessions', () => {
  async function streaming() {
    const { world, node, alice, bob } = await subscribed();
    const id = alice.command('n1', { action: 'command.test', tab: 't1', input: { site: 's', command: 'c' } });
    node.answer(id, { stream: { listeners: [{ listener: 'chat' }, { listener: 'x'.repeat(5_000) }] } });
    return { world, node, alice, bob, id };
  }

  function lastResult(controller: TestController, requestId: string) {
    return controller.terminals(requestId).at(-1)?.payload;
  }

  it('outlive their command and its timeout, and end with a further result when they are cancelled', async () => {
    const { world, node, alice, id } = await streaming();
    world.pass(60_000);
    const joined = subscribe(alice, 't1', 'chat');
    node.answer(joined);
    const cancel = alice.cancel(id);

    expect(alice.terminals(id)).toHaveLength(2);
    expect(lastResult(alice, id)).toMatchObject({ commandOutcome: 'cancelled', data: { streamCancelled: true } });
    expect(alice.lastFrame).toMatchObject({
      requestId: cancel,
      payload: { type: 'cancel_ack', targetRequestId: id, status: 'cancelled' },
    });
    expect(ended(node)).toEqual([{ targetRequestId: joined }]);
    update(node, joined);
    expect(node.lastError).toMatchObject({ code: 'listener_not_found' });
  });

  it('a declaration nested too deep opens none, and the tab goes on', async () => {
    const { node, alice } = await subscribed();
    const id = alice.command('n1', { action: 'command.test', tab: 't1', input: { site: 's', command: 'c' } });
    let options: unknown = {};
    for (let depth = 0; depth < 100; depth += 1) options = { options };
    node.answer(id, { stream: { listeners: [{ listener: 'chat', options }] } });

    const cancel = alice.cancel(id);
    const next = alice.command('n1', { tab: 't1' });

    expect(alice.terminals(cancel)[0]?.payload).toMatchObject({ code: 'command_not_found' });
    expect(alice.events(next)).toEqual(['routed']);
  });

  it('a stranger cannot cancel one', async () => {
    const { alice, bob, id } = await streaming();
    bob.cancel(id);
    expect(bob.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('fail when a joined subscribe fails', async () => {
    const { node, alice, id } = await streaming();
    node.refuse(subscribe(alice, 't1', 'chat'), 'script_failed');
    expect(lastResult(alice, id)).toMatchObject({
      commandOutcome: 'failed',
      data: { streamFailed: true, reason: 'listener_subscribe_failed' },
    });
  });

  it('time out when a joined subscribe does', async () => {
    const { world, alice, id } = await streaming();
    subscribe(alice, 't1', 'chat');
    world.pass(30_000);
    expect(lastResult(alice, id)).toMatchObject({
      commandOutcome: 'timed_out',
      data: { streamTimedOut: true, reason: 'listener_subscribe_timeout' },
    });
  });

  it('fail when the node goes', async () => {
    const { world, node, alice, id } = await streaming();
    node.drop();
    expect(lastResult(alice, id)).toMatchObject({
      commandOutcome: 'failed',
      data: { streamFailed: true, reason: 'node_disconnected' },
    });
    expect(world.relay.tables().streams).toBe(0);
  });

  it.each<[string | undefined, string, string]>([
    ['t2', 'chat', 'another tab'],
    [undefined, 'chat', 'no tab'],
    ['t1', 'other', 'a listener that was not declared'],
  ])('a subscribe in %s of %s does not join: it is of %s', async (tab, listener) => {
    const { node, alice, id } = await streaming();
    node.refuse(subscribe(alice, tab, listener), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(1);
    const kept = subscribe(alice, tab, listener);
    node.answer(kept);
    alice.cancel(id);
    expect(ended(node)).toEqual([]);
    update(node, kept);
    expect(updates(alice)).toHaveLength(1);
  });

  it('a subscribe of another session does not join, nor one at another node', async () => {
    const { world, node, alice, id } = await streaming();
    const second = await world.controller('alice', 'ctl_2');
    const elsewhere = await world.node('n2');
    node.refuse(subscribe(second, 't1', 'chat'), 'script_failed');
    const input = { listener: 'chat' };
    elsewhere.refuse(alice.command('n2', { action: 'listener.subscribe', tab: 't1', input }), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('of two that declare the same listener the older one is joined, and after it the other', async () => {
    const { node, alice, id } = await streaming();
    const second = alice.command('n1', { action: 'command.test', tab: 't1', input: { site: 's', command: 'd' } });
    node.answer(second, { stream: { listeners: [{ listener: 'chat' }] } });
    node.refuse(subscribe(alice, 't1', 'chat'), 'script_failed');
    expect([alice.terminals(id).length, alice.terminals(second).length]).toEqual([2, 1]);
    node.refuse(subscribe(alice, 't1', 'chat'), 'script_failed');
    expect([alice.terminals(id).length, alice.terminals(second).length]).toEqual([2, 2]);
  });

  it('the first thirty-two declared listeners may be joined, and no other', async () => {
    const { node, alice } = await subscribed();
    const listeners = Array.from({ length: 33 }, (_, at) => ({ listener: `l${at}` }));
    const id = alice.command('n1', { action: 'command.test', tab: 't1' });
    node.answer(id, { stream: { listeners } });
    node.refuse(subscribe(alice, 't1', 'l32'), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(1);
    node.refuse(subscribe(alice, 't1', 'l31'), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(2);
  });

  it('a declaration of 4 KiB may be joined, and one a byte longer may not', async () => {
    const { node, alice } = await subscribed();
    const fitting = (listener: string, byteLength: number) => {
      const bare = JSON.stringify({ listener, options: 'é' }).length + 1;
      return { listener, options: `é${'x'.repeat(byteLength - bare)}` };
    };
    const id = alice.command('n1', { action: 'command.test', tab: 't1' });
    node.answer(id, { stream: { listeners: [fitting('small', 4_096), fitting('large', 4_097)] } });
    node.refuse(subscribe(alice, 't1', 'large'), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(1);
    node.refuse(subscribe(alice, 't1', 'small'), 'script_failed');
    expect(alice.terminals(id)).toHaveLength(2);
  });
});

describe('live log', () => {
  it('gives a session the new entries that its identity may see, and no others', async () => {
    const { node, alice, bob } = await subscribed();
    const follow = bob.send('event', { type: 'logs_subscribe', source: 'controller' });
    expect(bob.lastFrame).toMatchObject({ requestId: follow, payload: { type: 'logs_subscribed' } });

    node.answer(alice.command('n1'));
    const own = bob.command('n1');

    const entries = bob.ofType('event').filter((frame) => frame.payload['type'] === 'log');
    expect(entries.map((frame) => frame.payload['entry'])).toEqual([
      expect.objectContaining({ type: 'command_routed', requestId: own, clientId: 'bob' }),
    ]);
    expect(entries[0]?.requestId).toBe(follow);
  });

  it('begins with what comes after it was asked for, and loses nothing when it is asked for again', async () => {
    const { node, alice } = await subscribed();
    node.answer(alice.command('n1'));
    alice.send('event', { type: 'logs_subscribe' });
    const heard = () => alice.ofType('event').filter((frame) => frame.payload['type'] === 'log').length;
    expect(heard()).toBe(0);

    alice.command('n1');
    expect(heard()).toBe(1);
    alice.send('event', { type: 'logs_subscribe' });
    expect(heard()).toBe(1);
  });

  it('tells those who follow it how their commands ended when the relay stops', async () => {
    const { world, alice } = await subscribed();
    alice.send('event', { type: 'logs_subscribe' });
    const id = alice.command('n1');
    world.relay.stop();

    const entries = alice.ofType('event').map((frame) => frame.payload['entry']);
    expect(entries).toContainEqual(expect.objectContaining({ requestId: id, status: 'relay_shutting_down' }));
  });

  it('counts what a slow reader missed', async () => {
    const { alice } = await subscribed();
    alice.send('event', { type: 'logs_subscribe' });
    alice.peer.buffered = 9 * 1024 * 1024;
    alice.command('n1');
    alice.peer.drain();
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'log_entries_dropped', count: 1 });
  });

  it('needs its scope and a known source', async () => {
    const world = await testRelay({ grants: { alice: [] }, scopes: ['primitive.*'] });
    const alice = await world.controller('alice');
    alice.send('event', { type: 'logs_subscribe' });
    expect(alice.lastError).toMatchObject({ code: 'forbidden_scope' });
    const reader = await subscribed();
    reader.bob.send('event', { type: 'logs_subscribe', source: 'nowhere' });
    expect(reader.bob.lastError).toMatchObject({ code: 'invalid_logs_subscribe' });
  });
});
