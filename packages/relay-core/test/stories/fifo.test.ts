import { describe, expect, it } from 'vitest';
import { settled, testRelay } from '../../src/testing/index.js';

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

  it('one whose grant is withdrawn while it waits gets its error at once, and the next one follows it', async () => {
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

describe('a command whose turn comes is checked once more', () => {
  const durable = { tab: 't1', idempotencyKey: 'k1' };

  it('its grant has expired, and no timer has noticed: it gets its error, and the next one starts at once', async () => {
    const { world, node, alice, bob } = await oneTab();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    const expiresAt = world.clock.now() + 5_000;
    await world.relay.access.grants.set(owner, { clientId: 'bob', grant: true, expiresAt });
    const running = alice.queue('n1', { tab: 't1' });
    const refused = [bob.queue('n1', { tab: 't1' }), bob.queue('n1', { tab: 't1' })];
    const next = alice.queue('n1', { tab: 't1' });

    world.clock.jump(6_000);
    expect(refused.flatMap((id) => bob.terminals(id))).toEqual([]);
    node.answer(running);

    expect(node.commandIds).toEqual([running, next]);
    const hint = 'Ask the owner of node n1 to run: otto access grant bob';
    const error = {
      code: 'acl_missing_node_grant',
      effect: 'none',
      clientId: 'bob',
      nodeId: 'n1',
      actionableHint: hint,
    };
    for (const id of refused) expect(bob.terminals(id)).toMatchObject([{ payload: error }]);
  });

  it('its grant has expired while the journal worked: it is not sent, and the next one starts at once', async () => {
    const { world, node, alice, bob } = await oneTab();
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    const expiresAt = world.clock.now() + 5_000;
    await world.relay.access.grants.set(owner, { clientId: 'bob', grant: true, expiresAt });
    world.storage.journal.holds = true;
    const refused = bob.command('n1', durable);
    await settled();
    const next = alice.queue('n1', { tab: 't1' });

    world.clock.jump(6_000);
    world.storage.journal.sync();
    await settled();

    const error = { code: 'acl_missing_node_grant', effect: 'none', clientId: 'bob' };
    expect(bob.terminals(refused)).toMatchObject([{ payload: error }]);
    expect(bob.terminals(refused)[0]?.payload['actionableHint']).toContain('otto access grant bob');
    expect(node.commandIds).toEqual([next]);
  });

  it('its client is removed: nothing of it starts in the place of what ends before', async () => {
    const { world, node, alice, bob } = await oneTab();
    world.storage.journal.holds = true;
    bob.command('n1', durable);
    await settled();
    const plain = bob.queue('n1', { tab: 't1' });
    const next = alice.queue('n1', { tab: 't1' });

    await world.relay.access.clients.remove({ kind: 'operator' }, 'bob');

    expect(bob.terminals(plain)).toMatchObject([{ payload: { code: 'controller_revoked', effect: 'none' } }]);
    expect(bob.events(plain)).toEqual(['queued']);
    expect(node.commandIds[0]).toBe(next);
    expect(node.commandIds).not.toContain(plain);
  });

  it('its node is gone: what waited, or waited for the journal, is settled and reaches no later session', async () => {
    const { world, node, alice, bob } = await oneTab();
    world.storage.journal.holds = true;
    const noted = bob.command('n1', durable);
    await settled();
    const waiting = alice.queue('n1', { tab: 't1' });

    node.drop();
    const again = await world.node('n1');
    world.storage.journal.sync();
    await settled();

    const error = { code: 'node_disconnected', effect: 'none', retryable: true };
    expect(bob.terminals(noted)).toMatchObject([{ payload: error }]);
    expect(alice.terminals(waiting)).toMatchObject([{ payload: error }]);
    expect([...node.commands, ...again.commands]).toEqual([]);
    const fresh = alice.command('n1', { tab: 't1' });
    expect(again.commandIds).toEqual([fresh]);
  });

  it('somebody else took the lock of its tab: it waits on in its place, or ends if it would not wait', async () => {
    const { world, node, alice, bob } = await oneTab();
    const lock = (messageType: string) => alice.send(messageType, { targetNodeId: 'n1', tabSessionId: 't1' });
    const running = alice.command('n1', { tab: 't1' });
    const waiting = bob.queue('n1', { tab: 't1' });
    lock('tab_lock');
    node.answer(running);
    expect(node.commandIds).toEqual([running]);
    lock('tab_unlock');
    expect(node.commandIds).toEqual([running, waiting]);
    node.answer(waiting);

    world.storage.journal.holds = true;
    const impatient = bob.command('n1', durable);
    await settled();
    lock('tab_lock');
    const next = alice.queue('n1', { tab: 't1' });
    world.storage.journal.sync();
    await settled();
    expect(bob.terminals(impatient)).toMatchObject([
      { payload: { code: 'tab_locked', effect: 'none', retryable: true } },
    ]);
    expect(node.commandIds).toEqual([running, waiting, next]);
  });
});

it('a node whose connection ends while a queue tells of a refusal leaves nothing counted twice', async () => {
  const scopes = ['primitive.*', 'listener.*', 'command.*'];
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, scopes });
  const node = await world.node('n1');
  const [alice, bob] = [await world.controller('alice'), await world.controller('bob')];
  const stream = alice.command('n1', { action: 'command.test', tab: 't1' });
  node.answer(stream, { stream: { listeners: [{ listener: 'x' }] } });
  const subscribe = { action: 'listener.subscribe', tab: 't1', input: { listener: 'x' } };
  node.answer(alice.command('n1', subscribe));
  const running = bob.command('n1', { tab: 't1' });
  const refused = alice.queue('n1', subscribe);
  const behind = bob.queue('n1', { tab: 't1' });
  const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 60_000 } as const;
  await world.relay.access.grants.set(owner, {
    clientId: 'alice',
    grant: true,
    expiresAt: world.clock.now() + 1_000,
  });

  world.clock.jump(2_000);
  node.peer.onText = (text) => {
    if (text.includes('listener.unsubscribe')) node.drop();
  };
  node.answer(running);

  const codes = (id: string) => [...alice.terminals(id), ...bob.terminals(id)].map(({ payload }) => payload['code']);
  expect(codes(refused)).toEqual(['acl_missing_node_grant']);
  expect(codes(behind)).toEqual(['node_disconnected']);
  expect(world.bugs).toEqual([]);
  expect(world.relay.tables()).toMatchObject({ commands: 0, lanes: 0, listeners: 0, streams: 0 });
  await world.node('n1');
  const next = Array.from({ length: 6 * 21 }, (_, count) => bob.queue('n1', { tab: `t${Math.floor(count / 21)}` }));
  expect(next.filter((id) => bob.events(id).includes('queued'))).toHaveLength(100);
});
