import type { LogLevel, LogSource } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { settled } from '../../src/testing/test-relay.js';
import { testRelay } from '../../src/testing/index.js';

/** What the relay writes about sessions and commands: the side that acted, and how much it matters. */
const TYPES: Readonly<Record<string, readonly [LogLevel, LogSource]>> = {
  auth_ack: ['info', 'relay'],
  auth_rejected: ['warn', 'relay'],
  unauthenticated_frame_rejected: ['warn', 'relay'],
  node_connected: ['info', 'node'],
  node_disconnected: ['warn', 'node'],
  node_replaced: ['warn', 'relay'],
  controller_connected: ['info', 'controller'],
  controller_disconnected: ['info', 'controller'],
  controller_heartbeat_timeout: ['warn', 'relay'],
  controller_acl_denied: ['warn', 'relay'],
  controller_acl_granted: ['info', 'node'],
  controller_acl_revoked: ['info', 'node'],
  command_routed: ['info', 'controller'],
  command_queued: ['info', 'controller'],
  command_cancel_requested: ['info', 'controller'],
  result: ['info', 'node'],
  late_result_dropped: ['debug', 'relay'],
  result_owner_mismatch: ['warn', 'relay'],
  queued_command_dropped: ['warn', 'relay'],
  unknown_event_dropped: ['debug', 'node'],
  lock_acquired: ['info', 'controller'],
  lock_conflict: ['warn', 'controller'],
  lock_expired: ['info', 'controller'],
  lock_released: ['info', 'controller'],
  listener_subscribed: ['info', 'relay'],
  listener_update: ['info', 'node'],
  listener_ended: ['info', 'relay'],
  orphan_tab_cleanup_dispatched: ['info', 'relay'],
};

it('each type is written with its level, under the side that acted, and with the ids that it is about', async () => {
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, scopes: ['primitive.*', 'listener.*'] });
  const grant = (isGranted: boolean) => {
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity } as const;
    return world.relay.access.grants.set(owner, { clientId: 'bob', grant: isGranted });
  };
  const stranger = world.connect('controller');
  stranger.send('command', {});
  stranger.send('hello', { role: 'controller' });
  stranger.send('auth', { accessToken: 'nonsense' });
  await settled();
  await world.node('n1');
  const node = await world.node('n1', 'i2');
  const other = await world.node('n2');
  const [alice, bob] = [await world.controller('alice'), await world.controller('bob')];

  const first = alice.queue('n1', { tab: 't1' });
  const second = alice.queue('n1', { tab: 't1' });
  other.answer(first);
  node.answer(first);
  alice.cancel(second);
  node.answer(second);
  node.answer(second);
  node.refuse(alice.command('n1'), 'element_not_found');
  bob.command('n9');
  bob.command('n1', { action: 'relay.internal' });
  alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't2', lockLeaseMs: 100 });
  bob.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't2' });
  world.pass(200);
  alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't2' });
  alice.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't2' });
  node.send('event', { type: 'made_up' });
  const subscribed = alice.command('n1', { action: 'listener.subscribe', input: { listener: 'posts' } });
  node.answer(subscribed);
  node.send('event', { type: 'listener_update', data: 1 }, { requestId: subscribed });
  world.pass(2_000);
  alice.queue('n1', { tab: 't3' });
  alice.queue('n1', { tab: 't3' });
  alice.drop();
  world.pass(5_000);
  await grant(true);
  await grant(false);
  node.drop();
  world.clock.advance(60_000);

  const { entries } = world.log;
  expect(Object.keys(TYPES).filter((type) => !entries.some((entry) => entry.type === type))).toEqual([]);
  for (const entry of entries) {
    const expected = TYPES[entry.type];
    if (expected !== undefined) expect([entry.type, entry.level, entry.source]).toEqual([entry.type, ...expected]);
    else expect(['error']).toContain(entry.type);
    if (/^(command_|result$)/.test(entry.type)) {
      expect(entry).toMatchObject({ requestId: expect.any(String), nodeId: 'n1', clientId: 'alice' });
      expect(entry).toMatchObject({ action: expect.any(String), status: expect.any(String) });
    }
    if (entry.type === 'result') expect(entry.durationMs).toBeGreaterThanOrEqual(0);
  }
  const errors = entries
    .filter(({ type }) => type === 'error')
    .map(({ level, source, status }) => [level, source, status]);
  expect(errors).toContainEqual(['error', 'node', 'element_not_found']);
  expect(errors).toContainEqual(['warn', 'relay', 'forbidden_action']);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
});
