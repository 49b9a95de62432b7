import { describe, expect, it } from 'vitest';
import { testRelay } from '../../src/testing/index.js';

async function oneTab(config: Record<string, number> = {}) {
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, config });
  const node = await world.node('n1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  return { world, node, alice, bob };
}

describe('queues', () => {
  it('one command of a tab is in flight at a time, in the order of arrival over all controllers', async () => {
    const { node, alice, bob } = await oneTab();

    const ids = [
      alice.queue('n1', { tab: 't1' }),
      bob.queue('n1', { tab: 't1' }),
      alice.queue('n1', { tab: 't1' }),
      bob.queue('n1', { tab: 't1' }),
    ];
    expect(node.commandIds).toEqual(ids.slice(0, 1));
    for (const id of ids) node.answer(id);

    expect(node.commandIds).toEqual(ids);
    expect(bob.events(ids[1] ?? '')).toEqual(['queued', 'routed']);
  });

  it('a queued command is told how many wait, itself included', async () => {
    const { alice, bob } = await oneTab();
    alice.queue('n1', { tab: 't1' });
    bob.queue('n1', { tab: 't1' });
    const third = bob.queue('n1', { tab: 't1' });
    expect(bob.received.find((frame) => frame.requestId === third)?.payload).toEqual({
      type: 'queued',
      targetNodeId: 'n1',
      tabSessionId: 't1',
      queueDepth: 2,
    });
  });

  it('different tabs run in parallel, and a tab named in the input counts as well', async () => {
    const { node, alice } = await oneTab();
    alice.command('n1', { tab: 't1' });
    alice.command('n1', { tab: 't2' });
    expect(node.commands).toHaveLength(2);

    alice.command('n1', { input: { tabSessionId: 't1' } });
    expect(alice.lastError).toMatchObject({ code: 'tab_busy', tabSessionId: 't1', retryable: true, effect: 'none' });
  });

  it('a command that does not want to wait never overtakes one that does', async () => {
    const { node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1' });
    const waiting = bob.queue('n1', { tab: 't1' });
    alice.command('n1', { tab: 't1' });
    expect(alice.lastError).toMatchObject({ code: 'tab_busy' });
    node.answer(running);
    expect(node.commandIds).toEqual([running, waiting]);
  });

  it('the queue of a tab and of an identity are bounded, each with its own code', async () => {
    const { node, alice, bob } = await oneTab({ tabQueueLimit: 2, controllerQueueLimit: 3 });
    for (const tab of ['t1', 't2']) alice.queue('n1', { tab });
    const queued = ['t1', 't1', 't2'].map((tab) => alice.queue('n1', { tab }));
    bob.queue('n1', { tab: 't1' });
    expect(bob.lastError).toMatchObject({ code: 'tab_queue_overflow', retryable: true });
    alice.queue('n1', { tab: 't2' });
    expect(alice.lastError).toMatchObject({ code: 'controller_queue_overflow', retryable: true });

    alice.cancel(queued[0] ?? '');
    alice.queue('n1', { tab: 't2' });
    expect(alice.events(alice.lastFrame?.requestId ?? '')).toEqual(['queued']);
    expect(node.commands).toHaveLength(2);
  });

  it('an identity may have 32 MiB waiting, and no more', async () => {
    const { alice } = await oneTab();
    alice.command('n1', { tab: 't1' });
    const input = { text: 'x'.repeat(15 * 1024 * 1024) };
    alice.queue('n1', { tab: 't1', input });
    alice.queue('n1', { tab: 't1', input });
    expect(alice.ofType('error')).toEqual([]);
    alice.queue('n1', { tab: 't1', input });
    expect(alice.lastError).toMatchObject({ code: 'controller_queue_overflow' });
  });

  it('one that may no longer run when its turn comes gets its error, and the next one starts at once', async () => {
    const { world, node, alice, bob } = await oneTab();
    const running = alice.queue('n1', { tab: 't1' });
    const refused = bob.queue('n1', { tab: 't1' });
    const next = alice.queue('n1', { tab: 't1' });

    await world.relay.access.grants.set(
      { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 },
      { clientId: 'bob', grant: false },
    );
    expect(bob.terminals(refused).map((frame) => frame.payload['code'])).toEqual(['acl_missing_node_grant']);
    node.answer(running);
    expect(node.commandIds).toEqual([running, next]);
  });

  it('primitive.tab.close with force does not wait for the tab', async () => {
    const { node, alice } = await oneTab();
    alice.command('n1', { tab: 't1' });
    const close = alice.command('n1', { tab: 't1', action: 'primitive.tab.close', input: { force: true } });
    expect(node.commandIds).toContain(close);
  });
});
