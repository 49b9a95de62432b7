import { describe, expect, it } from 'vitest';
import { TestController, settled, testRelay, type TestRelay } from '../../src/testing/index.js';

async function oneTab() {
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] } });
  const node = await world.node('n1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  return { world, node, alice, bob };
}

/** The relay of a world, started anew, that knows a token family; and a controller with a token of it. */
async function withFamily(before: TestRelay, of: { clientId?: string; nodeId?: string; controllerId?: string }) {
  const now = before.clock.now();
  const scopes = ['primitive.*'];
  const record = { sid: 'fam', role: 'controller', ...of, scopes, issuedAt: now, expiresAt: now + 86_400_000 } as const;
  await before.storage.refreshSessions.write([{ put: 'digest:fam', value: record }]);
  const relay = await before.restart();
  const claims = { role: 'controller', controllerId: 'ctl_family', ...of, scopes, sid: 'fam' } as const;
  const join = async () => {
    const family = new TestController(relay.relay, relay.clock, 'controller');
    family.send('hello', { role: 'controller' });
    family.send('auth', { accessToken: await relay.token(claims) });
    await settled();
    family.peer.received.length = 0;
    return family;
  };
  return { relay, family: await join(), join };
}

async function keyed(controller: TestController, idempotencyKey: string, tab: string): Promise<string> {
  const id = controller.command('n1', { action: 'primitive.tab.navigate', tab, idempotencyKey });
  await settled();
  return id;
}

function codesOf(controller: TestController, requestId: string): unknown[] {
  return controller.terminals(requestId).map((frame) => frame.payload['code']);
}

describe('deadlines', () => {
  it('a node that does not answer in time costs a command_timed_out, of unknown effect', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'primitive.tab.navigate', tab: 't1', timeoutMs: 2_000 });
    world.clock.advance(1_999);
    expect(alice.terminals(id)).toEqual([]);
    world.clock.advance(1);

    expect(alice.terminals(id)[0]?.payload).toMatchObject({
      code: 'command_timed_out',
      category: 'timeout',
      effect: 'unknown',
      retryable: false,
    });
    expect(node.ofType('command_cancel')[0]?.payload).toEqual({
      targetRequestId: id,
      nodeId: 'n1',
      action: 'primitive.tab.navigate',
    });
  });

  it('a timed-out command that only reads may be sent again', async () => {
    const { world, alice } = await oneTab();
    const id = alice.command('n1', { action: 'primitive.dom.extract_text', tab: 't1' });
    world.clock.advance(30_000);
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ effect: 'unknown', retryable: true });
  });

  it('waiting and running share one budget: who waits too long never reaches the node', async () => {
    const { world, node, alice, bob } = await oneTab();
    alice.queue('n1', { tab: 't1', timeoutMs: 60_000 });
    const id = bob.queue('n1', { tab: 't1', timeoutMs: 1_500 });
    world.clock.advance(1_500);
    expect(bob.terminals(id)[0]?.payload).toMatchObject({
      code: 'queue_wait_timed_out',
      effect: 'none',
      retryable: true,
    });
    expect(node.commands).toHaveLength(1);
    expect(node.ofType('command_cancel')).toEqual([]);
  });

  it.each([
    [1, 1_000],
    [undefined, 30_000],
    [10_000_000, 600_000],
  ])('a budget of %s ms counts as %s ms', async (asked, counts) => {
    const { world, alice } = await oneTab();
    const id = alice.command('n1', { tab: 't1', ...(asked === undefined ? {} : { timeoutMs: asked }) });
    world.pass(counts - 1);
    expect(alice.terminals(id)).toEqual([]);
    world.clock.advance(1);
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('after a timeout the tab stays occupied until the node confirms', async () => {
    const { world, node, alice, bob } = await oneTab();
    const slow = alice.queue('n1', { tab: 't1', timeoutMs: 1_000 });
    const next = bob.queue('n1', { tab: 't1' });
    world.clock.advance(1_000);
    expect(node.commandIds).toEqual([slow]);

    node.answer(slow);
    expect(node.commandIds).toEqual([slow, next]);
    expect(alice.terminals(slow)).toHaveLength(1);
    expect(world.log.ofType('late_result_dropped')[0]).toMatchObject({ requestId: slow, level: 'debug' });
  });

  it('a node that stays silent frees the tab five seconds after it was told to stop', async () => {
    const { world, node, alice, bob } = await oneTab();
    const slow = alice.queue('n1', { tab: 't1', timeoutMs: 1_000 });
    const next = bob.queue('n1', { tab: 't1' });
    world.clock.advance(5_999);
    expect(node.commandIds).toEqual([slow]);
    world.clock.advance(1);
    expect(node.commandIds).toEqual([slow, next]);
  });
});

describe('command_cancel', () => {
  it('a waiting command is cancelled at once, without effect', async () => {
    const { node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1' });
    const id = bob.queue('n1', { tab: 't1' });
    const cancel = bob.cancel(id);

    expect(bob.terminals(id)[0]?.payload).toMatchObject({ code: 'command_cancelled', effect: 'none' });
    expect(bob.lastFrame).toMatchObject({
      requestId: cancel,
      payload: { type: 'cancel_ack', targetRequestId: id, status: 'cancelled' },
    });
    node.answer(running);
    expect(node.commandIds).toEqual([running]);
  });

  it('a running command is cancelled at the node, told once however often it is asked', async () => {
    const { node, alice } = await oneTab();
    const id = alice.command('n1', { tab: 't1' });
    alice.cancel(id);
    alice.cancel(id);

    expect(alice.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'forwarded' });
    expect(node.ofType('command_cancel')).toHaveLength(1);
    expect(alice.terminals(id)).toEqual([]);
    node.refuse(id, 'command_cancelled');
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('a node that ignores the cancel loses the command after five seconds', async () => {
    const { world, alice } = await oneTab();
    const id = alice.command('n1', { tab: 't1' });
    alice.cancel(id);
    world.clock.advance(4_999);
    expect(alice.terminals(id)).toEqual([]);
    world.clock.advance(1);
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ code: 'command_cancelled', effect: 'unknown' });
  });

  it('a stranger cannot cancel, and what is over cannot be cancelled', async () => {
    const { node, alice, bob } = await oneTab();
    const id = alice.command('n1', { tab: 't1' });
    bob.cancel(id);
    expect(bob.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    expect(node.ofType('command_cancel')).toEqual([]);
    node.answer(id);
    alice.cancel(id);
    expect(alice.lastError).toMatchObject({ code: 'command_not_found' });
    alice.send('command_cancel', {});
    expect(alice.lastError).toMatchObject({ code: 'missing_target_request' });
  });

  it('the same client may cancel on another session what its old one sent, as soon as that has ended', async () => {
    const { world, node, alice, bob } = await oneTab();
    const other = await world.controller('alice', 'ctl_2');
    const id = alice.command('n1', { tab: 't1' });
    other.cancel(id);
    expect(other.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    expect(node.ofType('command_cancel')).toEqual([]);

    alice.drop();
    bob.cancel(id);
    expect(bob.lastError).toMatchObject({ code: 'command_owner_mismatch' });
    other.cancel(id);
    expect(other.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'forwarded' });
    expect(node.ofType('command_cancel')).toHaveLength(1);
  });

  it.each([
    [{}, 'missing_target_request'],
    [{ targetRequestId: '' }, 'missing_target_request'],
    [{ targetRequestId: 7 }, 'invalid_envelope'],
    [{ targetRequestId: 'x'.repeat(201) }, 'invalid_envelope'],
    [{ targetRequestId: 'x'.repeat(200) }, 'command_not_found'],
  ])('a cancel of %j is %s', async (payload, code) => {
    const { alice } = await oneTab();
    alice.send('command_cancel', payload);
    expect(alice.lastError).toMatchObject({ code });
  });
});

describe('a node that goes away', () => {
  it('costs every command of it node_disconnected, with an honest effect', async () => {
    const { node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1', action: 'primitive.tab.navigate' });
    const waiting = bob.queue('n1', { tab: 't1' });
    node.drop();

    expect(alice.terminals(running)[0]?.payload).toMatchObject({
      code: 'node_disconnected',
      effect: 'unknown',
      retryable: false,
    });
    expect(bob.terminals(waiting)[0]?.payload).toMatchObject({
      code: 'node_disconnected',
      effect: 'none',
      retryable: true,
    });
    bob.command('n1');
    expect(bob.lastError).toMatchObject({ code: 'node_offline' });
  });

  it('is replaced by its newer connection, which may answer what the older one was asked', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { tab: 't1' });
    const newer = await world.node('n1');

    expect(node.peer.closedWith).toEqual({ code: 4409, reason: 'node_replaced' });
    expect(alice.terminals(id)).toEqual([]);
    newer.answer(id);
    expect(alice.terminals(id)).toHaveLength(1);
  });

  it('a late close of a replaced connection does not take the node away', async () => {
    const { world, node, alice } = await oneTab();
    node.peer.onClose = undefined;
    const newer = await world.node('n1');
    node.drop();
    const id = alice.command('n1');
    expect(newer.commandIds).toEqual([id]);
  });

  it('another instance of it does not answer for the old one', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    await world.node('n1', 'instance-1');
    const alice = await world.controller('alice');
    const id = alice.command('n1', { tab: 't1' });
    const restarted = await world.node('n1', 'instance-2');
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ code: 'node_disconnected' });
    const next = alice.command('n1', { tab: 't1' });
    expect(restarted.commandIds).toEqual([next]);
  });

  it('that neither sends nor answers pings is closed with 4408', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { tab: 't1', timeoutMs: 600_000 });
    world.clock.advance(20_000);
    node.connection.ponged();
    alice.send('ping', {});
    world.clock.advance(23_999);
    expect(node.peer.closedWith).toBeUndefined();
    world.clock.advance(1);
    expect(node.peer.closedWith?.code).toBe(4408);
    expect(node.peer.pings).toBeGreaterThan(4);
    expect(world.relay.tables().nodes).toBe(0);
    void id;
  });
});

describe('a controller that goes away', () => {
  it('loses what waited; what runs goes on to its end and is logged', async () => {
    const { world, node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1' });
    const dropped = alice.queue('n1', { tab: 't1' });
    const next = bob.queue('n1', { tab: 't1' });
    alice.drop();

    expect(world.log.ofType('queued_command_dropped').map((entry) => entry.requestId)).toEqual([dropped]);
    node.answer(running);
    expect(node.commandIds).toEqual([running, next]);
    expect(world.log.ofType('result').map((entry) => entry.requestId)).toEqual([running]);
    expect(alice.terminals(running)).toEqual([]);
  });

  it('is noticed when it falls silent: closed with 4408 after three missed heartbeats', async () => {
    const { world, alice } = await oneTab();
    world.clock.advance(16_000);
    alice.send('ping', {});
    world.clock.advance(23_999);
    expect(alice.peer.closedWith).toBeUndefined();
    world.clock.advance(1);
    expect(alice.peer.closedWith?.code).toBe(4408);
    expect(world.log.ofType('controller_heartbeat_timeout').map((entry) => entry.clientId)).toContain('alice');
  });

  it('has its tabs closed at every node, a grace after its last session', async () => {
    const { world, node, alice } = await oneTab();
    const second = await world.controller('alice', 'ctl_2');
    alice.drop();
    world.clock.advance(2_000);
    expect(node.commands).toEqual([]);
    second.drop();
    world.clock.advance(1_999);
    expect(node.commands).toEqual([]);
    world.clock.advance(1);

    expect(node.commands[0]?.payload).toMatchObject({
      action: 'primitive.tab.close_owned',
      payload: { controllerClientId: 'alice' },
      timeoutMs: 10_000,
    });
    expect(world.log.ofType('orphan_tab_cleanup_dispatched')).toHaveLength(1);
  });

  it('that comes back within the grace keeps its tabs', async () => {
    const { world, node, alice } = await oneTab();
    alice.drop();
    world.clock.advance(1_000);
    await world.controller('alice');
    world.clock.advance(10_000);
    expect(node.commands).toEqual([]);
  });

  it('that detached keeps its tabs for as long as it asked', async () => {
    const { world, node, alice } = await oneTab();
    alice.send('event', { type: 'session_detach', keepTabsMs: 20_000 });
    alice.drop();
    world.clock.advance(19_999);
    node.send('ping', {});
    expect(node.commands).toEqual([]);
    world.clock.advance(1);
    expect(node.commands).toHaveLength(1);
  });

  it('that detached without saying for how long keeps them for ten minutes', async () => {
    const { world, node, alice, bob } = await oneTab();
    alice.send('event', { type: 'session_detach' });
    alice.drop();
    world.pass(599_999);
    bob.send('ping', {});
    expect(node.commands).toEqual([]);
    world.pass(1);
    expect(node.commands[0]?.payload).toMatchObject({ payload: { controllerClientId: 'alice' } });
  });

  it.each([-1, 600_001, 'long'])('may not ask to keep them for %s', async (keepTabsMs) => {
    const { world, node, alice } = await oneTab();
    alice.send('event', { type: 'session_detach', keepTabsMs });
    expect(alice.lastError).toMatchObject({ code: 'invalid_envelope' });
    alice.drop();
    world.clock.advance(2_000);
    expect(node.commands).toHaveLength(1);
  });

  it('whose last command ends after the clean-up gets another one at that node', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'primitive.tab.open' });
    alice.drop();
    world.clock.advance(2_000);
    expect(node.commands).toHaveLength(2);
    node.answer(id);
    expect(node.commands.map((frame) => frame.payload['action'])).toEqual([
      'primitive.tab.open',
      'primitive.tab.close_owned',
      'primitive.tab.close_owned',
    ]);
  });
});

describe('rights that end', () => {
  it('a removed client is told, closed with 4403, and its commands end at once', async () => {
    const { world, node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1' });
    const waiting = alice.queue('n1', { tab: 't1' });
    const next = bob.queue('n1', { tab: 't1' });

    const reply = await world.relay.access.clients.remove({ kind: 'operator' }, 'alice');

    expect(reply.disconnectedSessions).toBe(1);
    expect(alice.peer.closedWith?.code).toBe(4403);
    expect(alice.lastError).toMatchObject({ code: 'controller_revoked' });
    for (const id of [running, waiting]) {
      expect(alice.terminals(id).map((frame) => frame.payload['code'])).toEqual(['controller_revoked']);
    }
    expect(node.ofType('command_cancel')).toHaveLength(1);
    node.answer(running);
    expect(node.commandIds.filter((id) => id === next)).toEqual([next]);
  });

  it('a token family that is revoked ends what its sessions sent, and nothing of the client’s others', async () => {
    const { world, node, alice: other } = await oneTab();
    const { relay, family } = await withFamily(world, { clientId: 'alice' });
    const node2 = await relay.node('n1');
    const mine = await relay.controller('alice');
    const running = family.command('n1', { tab: 't1', action: 'primitive.tab.navigate' });
    const waiting = family.queue('n1', { tab: 't1' });
    const elsewhere = mine.command('n1', { tab: 't2' });
    const durable = await keyed(family, 'k1', 't3');
    const shared = await keyed(family, 'k2', 't4');
    const joined = await keyed(mine, 'k2', 't4');

    await relay.relay.access.tokens.revoke('fam');

    for (const id of [running, waiting, durable, shared]) expect(codesOf(family, id)).toEqual(['controller_revoked']);
    expect(family.peer.closedWith?.code).toBe(4403);
    for (const id of [elsewhere, joined]) expect(mine.terminals(id)).toEqual([]);
    expect(mine.peer.closedWith).toBeUndefined();
    expect(node2.ofType('command_cancel').map((frame) => frame.payload['targetRequestId'])).toEqual([running, durable]);
    node2.answer(shared);
    await settled();
    expect(mine.terminals(joined)).toHaveLength(1);
    expect([node.commands, other.received]).toEqual([[], []]);
  });

  it('a token family that is revoked takes its locks with it, and none of its own goes in through that', async () => {
    const { world } = await oneTab();
    const { relay, family: holder, join } = await withFamily(world, { clientId: 'alice' });
    const node = await relay.node('n1');
    const other = await join();
    holder.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' });
    const waiting = other.queue('n1', { tab: 't1' });

    await relay.relay.access.tokens.revoke('fam');

    expect(codesOf(other, waiting)).toEqual(['controller_revoked']);
    expect(node.commands).toEqual([]);
  });

  it('scopes that are taken away end what waits before what holds it up: nothing of it leaves between', async () => {
    const { world, node, alice } = await oneTab();
    world.storage.journal.holds = true;
    const first = await keyed(alice, 'k1', 't1');
    const second = alice.queue('n1', { tab: 't1' });

    await world.relay.access.clients.setScopes({ clientId: 'alice', scopes: ['logs.read'] });

    for (const id of [first, second]) expect(codesOf(alice, id)).toEqual(['forbidden_action']);
    expect(node.commands).toEqual([]);
  });

  it('a controller of one node is its token family: all that it does ends with it', async () => {
    const { world } = await oneTab();
    const { relay, family: former, join } = await withFamily(world, { nodeId: 'n1', controllerId: 'ctl_paired' });
    const node = await relay.node('n1');
    const left = former.command('n1', { tab: 't2' });
    const family = await join();
    former.drop();
    const running = family.command('n1', { tab: 't1' });
    const durable = await keyed(family, 'k1', 't3');

    await relay.relay.access.tokens.revoke('fam');

    for (const id of [running, durable]) expect(codesOf(family, id)).toEqual(['controller_revoked']);
    const stopped = node.ofType('command_cancel').map((frame) => frame.payload['targetRequestId']);
    expect(stopped).toEqual([left, running, durable]);
    expect(node.commands.at(-1)?.payload).toMatchObject({
      action: 'primitive.tab.close_owned',
      payload: { controllerClientId: 'ctl_paired' },
    });
  });

  it('a controller of one node takes with it what it left at a node that this relay was not the one to send', async () => {
    const { world } = await oneTab();
    const before = await withFamily(world, { nodeId: 'n1', controllerId: 'ctl_paired' });
    await before.relay.node('n1');
    const original = await keyed(before.family, 'k1', 't1');
    const { relay, family, join } = await withFamily(before.relay, { nodeId: 'n1', controllerId: 'ctl_paired' });
    const node = await relay.node('n1');
    await join();
    await keyed(family, 'k1', 't1');
    node.answer(node.commandIds[0] ?? '', { status: 'running' });
    family.drop();
    expect(node.ofType('command_cancel')).toEqual([]);

    await relay.relay.access.tokens.revoke('fam');

    expect(node.ofType('command_cancel').map((frame) => frame.payload['targetRequestId'])).toEqual([original]);
  });

  it('a withdrawn grant ends that identity’s commands at that node, and no other’s', async () => {
    const { world, node, alice, bob } = await oneTab();
    const running = alice.command('n1', { tab: 't1' });
    const other = bob.command('n1', { tab: 't2' });
    await world.relay.access.grants.set(
      { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 },
      { clientId: 'alice', grant: false },
    );
    expect(alice.terminals(running)[0]?.payload).toMatchObject({ code: 'acl_missing_node_grant', effect: 'unknown' });
    expect(node.ofType('command_cancel')).toHaveLength(1);
    expect(bob.terminals(other)).toEqual([]);
  });

  it('a grant that expires ends them on time', async () => {
    const { world, alice } = await oneTab();
    await world.relay.access.grants.set(
      { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 },
      { clientId: 'alice', grant: true, expiresAt: world.clock.now() + 5_000 },
    );
    const id = alice.command('n1', { tab: 't1' });
    world.clock.advance(4_999);
    expect(alice.terminals(id)).toEqual([]);
    world.clock.advance(1);
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ code: 'acl_missing_node_grant' });
  });
});

describe('the relay stops', () => {
  it('every command is settled, every socket closed with 1001, and no timer is left', async () => {
    const { world, node, alice, bob } = await oneTab();
    const silent = world.connect('controller');
    const running = alice.queue('n1', { tab: 't1' });
    const waiting = bob.queue('n1', { tab: 't1' });

    world.relay.stop();

    expect(alice.terminals(running)[0]?.payload).toMatchObject({ code: 'relay_shutting_down', effect: 'unknown' });
    expect(bob.terminals(waiting)[0]?.payload).toMatchObject({ code: 'relay_shutting_down', effect: 'none' });
    for (const client of [node, alice, bob, silent]) expect(client.peer.closedWith?.code).toBe(1001);
    expect(world.clock.armedCount).toBe(0);
    expect(Object.values(world.relay.tables()).every((count) => count === 0)).toBe(true);
  });

  it('when all have left and all is quiet, every table is empty and no timer is armed', async () => {
    const { world, node, alice, bob } = await oneTab();
    const id = alice.command('n1', { tab: 't1' });
    bob.queue('n1', { tab: 't1' });
    node.answer(id);
    alice.drop();
    bob.drop();
    node.drop();
    world.clock.advance(600_000);
    expect(Object.values(world.relay.tables()).every((count) => count === 0)).toBe(true);
    expect(world.clock.armedCount).toBe(0);
    expect(world.bugs).toEqual([]);
  });
});
