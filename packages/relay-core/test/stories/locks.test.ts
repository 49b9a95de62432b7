import { describe, expect, it } from 'vitest';
import { testRelay, type TestController } from '../../src/testing/index.js';

async function oneTab() {
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] } });
  const node = await world.node('n1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  return { world, node, alice, bob };
}

function lock(controller: TestController, lockLeaseMs?: number): string {
  const tab = { targetNodeId: 'n1', tabSessionId: 't1' };
  return controller.send('tab_lock', lockLeaseMs === undefined ? tab : { ...tab, lockLeaseMs });
}

function unlock(controller: TestController): string {
  return controller.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't1' });
}

describe('tab locks', () => {
  it('a lease is taken and renewed, and says until when', async () => {
    const { world, alice } = await oneTab();
    const id = lock(alice);
    expect(alice.lastFrame).toMatchObject({
      requestId: id,
      payload: {
        type: 'lock_acquired',
        targetNodeId: 'n1',
        tabSessionId: 't1',
        lockOwnerControllerId: 'ctl_alice',
        lockLeaseMs: 30_000,
        lockExpiresAt: world.clock.now() + 30_000,
      },
    });
    world.clock.advance(20_000);
    alice.send('ping', {});
    lock(alice, 40_000);
    expect(alice.lastFrame?.payload).toMatchObject({
      type: 'lock_renewed',
      lockLeaseMs: 40_000,
      lockExpiresAt: world.clock.now() + 40_000,
    });
  });

  it.each([
    [1, 50],
    [9_000_000, 600_000],
  ])('a lease of %s ms counts as %s ms', async (asked, counts) => {
    const { alice } = await oneTab();
    lock(alice, asked);
    expect(alice.lastFrame?.payload).toMatchObject({ lockLeaseMs: counts });
  });

  it('a tab that another holds is refused, with the error and with who has it', async () => {
    const { world, alice, bob } = await oneTab();
    lock(alice);
    const id = lock(bob);
    expect(bob.received.map((frame) => [frame.messageType, frame.requestId])).toEqual([
      ['error', id],
      ['event', id],
    ]);
    expect(bob.lastError).toMatchObject({ code: 'tab_locked', retryable: true });
    expect(bob.lastFrame?.payload).toMatchObject({
      type: 'lock_conflict',
      lockOwnerControllerId: 'ctl_alice',
      lockExpiresAt: world.clock.now() + 30_000,
    });
    expect(world.log.ofType('lock_conflict')).toHaveLength(1);
  });

  it('is enforced: another session is refused or waits, the holder goes first', async () => {
    const { node, alice, bob } = await oneTab();
    lock(alice);
    bob.command('n1', { tab: 't1' });
    expect(bob.lastError).toMatchObject({ code: 'tab_locked', effect: 'none', retryable: true });
    const waiting = bob.queue('n1', { tab: 't1' });
    expect(bob.events(waiting)).toEqual(['queued']);

    const first = alice.command('n1', { tab: 't1' });
    const second = alice.queue('n1', { tab: 't1' });
    node.answer(first);
    node.answer(second);
    expect(node.commandIds).toEqual([first, second]);

    unlock(alice);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'lock_released' });
    expect(node.commandIds).toEqual([first, second, waiting]);
  });

  it("the holder's commands that waited before it took the lock run while it holds it", async () => {
    const { node, alice, bob } = await oneTab();
    const running = bob.queue('n1', { tab: 't1' });
    const bobs = bob.queue('n1', { tab: 't1' });
    const alices = alice.queue('n1', { tab: 't1' });
    lock(alice);
    node.answer(running);
    expect(node.commandIds).toEqual([running, alices]);
    node.answer(alices);
    unlock(alice);
    expect(node.commandIds).toEqual([running, alices, bobs]);
  });

  it('force-closing a locked tab is for the holder alone', async () => {
    const { alice, bob } = await oneTab();
    lock(alice);
    const close = { tab: 't1', action: 'primitive.tab.close', input: { force: true } };
    bob.command('n1', close);
    expect(bob.lastError).toMatchObject({ code: 'tab_locked' });
    const id = alice.command('n1', close);
    expect(alice.events(id)).toEqual(['routed']);
  });

  it('only the holder can release it; that nobody holds it is as good', async () => {
    const { alice, bob } = await oneTab();
    unlock(bob);
    expect(bob.lastFrame?.payload).toMatchObject({ type: 'lock_released' });
    lock(alice);
    unlock(bob);
    expect(bob.lastError).toMatchObject({ code: 'lock_not_owned' });
  });

  it('ends on time by itself; the holder is told, and whoever waited starts', async () => {
    const { world, node, alice, bob } = await oneTab();
    const id = lock(alice, 5_000);
    const waiting = bob.queue('n1', { tab: 't1' });
    world.clock.advance(4_999);
    expect(node.commandIds).toEqual([]);
    world.clock.advance(1);
    expect(node.commandIds).toEqual([waiting]);
    expect(alice.lastFrame).toMatchObject({ requestId: id, payload: { type: 'lock_expired', tabSessionId: 't1' } });
    expect(world.log.ofType('lock_expired')).toHaveLength(1);
  });

  it('the end of a lease carries the trace of the tab_lock that took or last renewed it', async () => {
    const { world, alice } = await oneTab();
    const tab = { targetNodeId: 'n1', tabSessionId: 't1', lockLeaseMs: 1_000 };
    alice.send('tab_lock', tab, { traceId: 'first' });
    alice.send('tab_lock', tab, { traceId: 'last' });
    world.clock.advance(1_000);

    expect(alice.lastFrame).toMatchObject({ traceId: 'last', payload: { type: 'lock_expired' } });
    expect(world.log.ofType('lock_expired')).toMatchObject([{ traceId: 'last' }]);
  });

  it('ends with its session, and not with the reconnect of its node', async () => {
    const { world, node, alice, bob } = await oneTab();
    lock(alice);
    node.drop();
    const again = await world.node('n1');
    const waiting = bob.queue('n1', { tab: 't1' });
    expect(again.commandIds).toEqual([]);
    alice.drop();
    expect(again.commandIds).toEqual([waiting]);
  });

  it('ends with the grant that it stood on', async () => {
    const { world, node, alice, bob } = await oneTab();
    lock(alice);
    const waiting = bob.queue('n1', { tab: 't1' });
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(node.commandIds).toEqual([waiting]);
    lock(alice);
    expect(alice.lastError).toMatchObject({ code: 'acl_missing_node_grant' });
  });

  it('belongs to the session: another one of the same client is refused like anybody', async () => {
    const { world, alice } = await oneTab();
    const second = await world.controller('alice', 'ctl_2');
    lock(alice);
    second.command('n1', { tab: 't1' });
    expect(second.lastError).toMatchObject({ code: 'tab_locked' });
  });

  it('an identity may hold a thousand, and one more when it gave one back', async () => {
    const { alice } = await oneTab();
    const take = (tab: number) => alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: `t${tab}` });
    for (let tab = 0; tab < 1_000; tab += 1) take(tab);
    expect(alice.ofType('error')).toEqual([]);
    take(1_000);
    expect(alice.lastError).toMatchObject({ code: 'too_many_locks' });
    alice.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't5' });
    take(1_000);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'lock_acquired' });
  });

  it.each([
    [{ tabSessionId: 't1' }, 'missing_target_node'],
    [{ targetNodeId: 'n1' }, 'missing_tab_session'],
    [{ targetNodeId: 'n1', tabSessionId: 7 }, 'invalid_envelope'],
    [{ targetNodeId: 'n1', tabSessionId: 't1', lockLeaseMs: 'long' }, 'invalid_envelope'],
    [{ targetNodeId: 'n9', tabSessionId: 't1' }, 'acl_missing_node_grant'],
  ])('tab_lock with %j is %s', async (payload, code) => {
    const { world, alice } = await oneTab();
    alice.send('tab_lock', payload);
    expect(alice.lastError).toMatchObject({ code });
    expect(world.relay.tables().locks).toBe(0);
  });
});
