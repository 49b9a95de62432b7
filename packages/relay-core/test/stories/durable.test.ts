import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestCommand, type TestController, type TestRelay } from '../../src/testing/index.js';

async function oneTab() {
  const world = await testRelay({ grants: { alice: ['n1', 'n2'], bob: ['n1'] } });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  return { world, node, alice, bob, journal: world.storage.journal };
}

/** Sends a durable command, and lets the journal take it. */
async function keyed(controller: TestController, key: string, options: TestCommand = {}): Promise<string> {
  const command = { action: 'primitive.tab.navigate', tab: 't1', waitPolicy: 'wait_with_timeout', ...options };
  const id = controller.command('n1', { ...command, idempotencyKey: key });
  await settled();
  return id;
}

async function restarted(world: TestRelay) {
  const next = await world.restart();
  const node = await next.node('n1', 'i1');
  const alice = await next.controller('alice');
  return { world: next, node, alice };
}

function codeOf(controller: TestController, requestId: string): unknown {
  return controller.terminals(requestId).map((frame) => frame.payload['code'] ?? frame.payload['data']);
}

describe('durable commands', () => {
  it('are journalled before they are sent, and their outcome before it is delivered', async () => {
    const { node, alice, journal } = await oneTab();
    journal.holds = true;
    const id = await keyed(alice, 'k1');
    expect(node.commands).toEqual([]);
    expect(alice.events(id)).toEqual([]);
    journal.sync();
    await settled();
    expect(node.commandIds).toEqual([id]);
    expect(alice.events(id)).toEqual(['routed']);

    node.answer(id, 'done');
    await settled();
    expect(alice.terminals(id)).toEqual([]);
    journal.sync();
    await settled();
    expect(codeOf(alice, id)).toEqual(['done']);
    expect(journal.kindsOf('k1')).toEqual(['routing', 'outcome']);
  });

  it('keep their place in the queue while the journal works, and hold up nobody else', async () => {
    const { node, alice, bob, journal } = await oneTab();
    journal.holds = true;
    const durable = await keyed(alice, 'k1');
    const behind = bob.queue('n1', { tab: 't1' });
    const elsewhere = bob.command('n1', { tab: 't2' });
    expect(node.commandIds).toEqual([elsewhere]);
    journal.sync();
    await settled();
    node.answer(durable);
    expect(node.commandIds).toEqual([elsewhere, durable, behind]);
  });

  it('the same key again gives the same outcome, without a second execution', async () => {
    const { node, alice } = await oneTab();
    const first = await keyed(alice, 'k1');
    node.answer(first, 'once');
    await settled();
    node.drop();
    const second = await keyed(alice, 'k1');
    await settled();
    expect(codeOf(alice, second)).toEqual(['once']);
    expect(node.commandIds).toEqual([first]);
  });

  it('the same key for something else is refused', async () => {
    const { node, alice } = await oneTab();
    await keyed(alice, 'k1', { input: { url: 'http://a/', waitUntil: 'load' } });
    await keyed(alice, 'k1', { input: { waitUntil: 'load', url: 'http://a/' } });
    expect(alice.ofType('error')).toEqual([]);
    for (const other of [{ input: { url: 'http://b/' } }, { tab: 't2' }, { action: 'primitive.tab.close' }]) {
      await keyed(alice, 'k1', other);
      expect(alice.lastError).toMatchObject({ code: 'idempotency_key_reused' });
    }
    expect(node.commands).toHaveLength(1);
  });

  it('the key of one identity means nothing to another', async () => {
    const { node, alice, bob } = await oneTab();
    const first = await keyed(alice, 'k1');
    node.answer(first, 'alice’s');
    const other = await keyed(bob, 'k1');
    expect(node.commandIds).toEqual([first, other]);
  });

  it('whoever submits the key while it runs gets the outcome, too, under its own id', async () => {
    const { world, node, alice } = await oneTab();
    const second = await world.controller('alice', 'ctl_2');
    const a = await keyed(alice, 'k1');
    const b = await keyed(second, 'k1');
    node.answer(a, 'shared');
    await settled();
    expect(codeOf(alice, a)).toEqual(['shared']);
    expect(codeOf(second, b)).toEqual(['shared']);
    expect(node.commandIds).toEqual([a]);
  });

  it('a deadline takes away only its own submitter; the last one ends the command', async () => {
    const { world, node, alice } = await oneTab();
    const a = await keyed(alice, 'k1', { timeoutMs: 2_000 });
    const b = await keyed(alice, 'k1', { timeoutMs: 4_000 });
    world.clock.advance(2_000);
    expect(codeOf(alice, a)).toEqual(['command_timed_out']);
    expect(alice.lastError).toMatchObject({ effect: 'unknown', retryable: true });
    expect(node.ofType('command_cancel')).toEqual([]);
    world.clock.advance(2_000);
    expect(codeOf(alice, b)).toEqual(['command_timed_out']);
    expect(node.ofType('command_cancel')).toHaveLength(1);
  });

  it('a cancel takes away only its own submitter; the last one reaches the node', async () => {
    const { node, alice } = await oneTab();
    const a = await keyed(alice, 'k1');
    const b = await keyed(alice, 'k1');
    alice.cancel(a);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'cancelled' });
    expect(codeOf(alice, a)).toEqual(['command_cancelled']);
    alice.cancel(b);
    expect(alice.lastFrame?.payload).toMatchObject({ type: 'cancel_ack', status: 'forwarded' });
    expect(node.ofType('command_cancel')).toHaveLength(1);
  });

  it('an outcome that comes after the deadline is recorded and given to the next submission', async () => {
    const { world, node, alice } = await oneTab();
    const a = await keyed(alice, 'k1', { timeoutMs: 2_000 });
    world.clock.advance(2_000);
    node.answer(a, 'late');
    await settled();
    const b = await keyed(alice, 'k1');
    await settled();
    expect(codeOf(alice, b)).toEqual(['late']);
    expect(node.commandIds).toEqual([a]);
  });

  it('one that timed out while it waited may run anew', async () => {
    const { world, node, alice, bob } = await oneTab();
    const running = bob.queue('n1', { tab: 't1' });
    const a = await keyed(alice, 'k1', { timeoutMs: 1_000 });
    world.clock.advance(1_000);
    expect(alice.terminals(a)[0]?.payload).toMatchObject({ code: 'queue_wait_timed_out', effect: 'none' });
    const b = await keyed(alice, 'k1');
    node.answer(running);
    await settled();
    expect(node.commandIds).toEqual([running, b]);
  });

  it('one that was settled before the journal answered is never sent, and its entry is closed', async () => {
    const { world, node, alice, journal } = await oneTab();
    journal.holds = true;
    const id = await keyed(alice, 'k1', { timeoutMs: 1_000 });
    world.clock.advance(1_000);
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ effect: 'none' });
    journal.sync();
    await settled();
    journal.sync();
    expect(node.commands).toEqual([]);
    expect(journal.kindsOf('k1')).toEqual(['routing', 'closed']);
  });

  it('one whose grant is withdrawn before the journal answered is never sent', async () => {
    const { world, node, alice, journal } = await oneTab();
    journal.holds = true;
    const id = await keyed(alice, 'k1');
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: world.clock.now() + 1_000 } as const;
    await world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(alice.terminals(id)[0]?.payload).toMatchObject({ code: 'acl_missing_node_grant', effect: 'none' });
    journal.sync();
    await settled();
    expect(node.commands).toEqual([]);
  });

  it('one whose client is removed while its outcome waits for the journal has an end all the same', async () => {
    const { world, node, alice, journal } = await oneTab();
    const id = await keyed(alice, 'k1');
    journal.holds = true;
    node.answer(id, 'not on disk');
    await settled();
    await world.relay.access.clients.remove({ kind: 'operator' }, 'alice');
    expect(codeOf(alice, id)).toEqual(['controller_revoked']);
  });

  it('a forced close has no place to wait in: a lock that is taken while the journal works refuses it', async () => {
    const { node, alice, bob, journal } = await oneTab();
    journal.holds = true;
    const id = await keyed(alice, 'k1', { action: 'primitive.tab.close', input: { force: true } });
    bob.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' });
    journal.sync();
    await settled();
    expect(codeOf(alice, id)).toEqual(['tab_locked']);
    expect(node.commands).toEqual([]);
  });

  it('a session that comes back within the grace finds its command; without it the node is told to stop', async () => {
    const { world, node, alice } = await oneTab();
    const a = await keyed(alice, 'k1');
    alice.drop();
    world.clock.advance(1_500);
    const again = await world.controller('alice');
    const b = await keyed(again, 'k1');
    world.clock.advance(5_000);
    expect(node.ofType('command_cancel')).toEqual([]);
    node.answer(a, 'found');
    await settled();
    expect(codeOf(again, b)).toEqual(['found']);

    await keyed(again, 'k2');
    again.drop();
    world.clock.advance(2_000);
    expect(node.ofType('command_cancel')).toHaveLength(1);
  });

  it('whoever is away for longer than the grace finds it stopped for that reason, for good', async () => {
    const { world, node, alice } = await oneTab();
    const a = await keyed(alice, 'k1');
    alice.drop();
    world.clock.advance(2_000);
    expect(node.ofType('command_cancel').map(({ payload }) => payload)).toEqual([
      { targetRequestId: a, nodeId: 'n1', action: 'primitive.tab.navigate', reason: 'unattended' },
    ]);
    node.refuse(a, 'command_cancelled');
    await settled();

    const again = await world.controller('alice');
    const b = await keyed(again, 'k1');
    await settled();

    expect(codeOf(again, b)).toEqual(['command_cancelled']);
    expect(node.commands.filter(({ payload }) => payload['action'] === 'primitive.tab.navigate')).toHaveLength(1);
  });

  it('one that its owner cancels is stopped for no other reason', async () => {
    const { node, alice } = await oneTab();
    alice.cancel(await keyed(alice, 'k1'));

    expect(node.ofType('command_cancel')[0]?.payload).not.toHaveProperty('reason');
  });

  it('an outcome of more than 64 KiB is delivered whole, and later asked of the node', async () => {
    const { node, alice } = await oneTab();
    const a = await keyed(alice, 'k1');
    node.answer(a, 'x'.repeat(70_000));
    await settled();
    expect(alice.terminals(a)[0]?.payload['data']).toHaveLength(70_000);

    const b = await keyed(alice, 'k1');
    const asked = node.commands.at(-1);
    expect(asked?.payload).toMatchObject({ action: 'relay.command_status', payload: { idempotencyKey: 'k1' } });
    node.refuse(asked?.requestId ?? '', 'unknown_action');
    await settled();
    expect(alice.terminals(b)[0]?.payload).toMatchObject({ ok: true, resultOmitted: true });
  });

  it('an outcome is measured in bytes: one of 64 Ki characters may be more than 64 KiB', async () => {
    const { node, alice } = await oneTab();
    const data = 'é'.repeat(40_000);
    node.answer(await keyed(alice, 'k1'), data);
    await settled();
    node.drop();
    await keyed(alice, 'k1');
    await settled();
    const { resultOmitted, dataBytes } = alice.lastFrame?.payload ?? {};
    expect([resultOmitted, Number(dataBytes) > 80_000]).toEqual([true, true]);
  });

  it('an identity may have two thousand on record, and one more a day later', { timeout: 20_000 }, async () => {
    const world = await testRelay({ grants: { alice: ['n1'] }, config: { rateLimitPerMin: 10_000 } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 2_000; count += 1) {
      const id = alice.command('n1', { idempotencyKey: `k${count}` });
      await settled();
      node.answer(id);
    }
    expect(alice.ofType('error')).toEqual([]);
    await keyed(alice, 'one-more');
    expect(alice.lastError).toMatchObject({ code: 'too_many_commands', effect: 'none' });
    world.pass(86_400_000);
    const id = await keyed(alice, 'one-more');
    expect(alice.events(id)).toEqual(['routed']);
  });
});

describe('what an identity may have on record', () => {
  it(
    'outcomes of 32 MiB in all, over restarts of the relay, and one more when those are a day old',
    { timeout: 20_000 },
    async () => {
      let world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] }, config: { rateLimitPerMin: 10_000 } });
      const node = await world.node('n1');
      let alice = await world.controller('alice');
      const data = 'x'.repeat(64 * 1024 - 100);
      for (let count = 0; count < 512; count += 1) node.answer(await keyed(alice, `k${count}`), data);
      await settled();
      expect(alice.ofType('error')).toEqual([]);

      node.answer(await keyed(alice, 'k512'), data);
      await settled();
      await keyed(alice, 'one-more');
      expect(alice.lastError).toMatchObject({ code: 'too_many_commands', effect: 'none' });
      expect(node.commands).toHaveLength(513);

      world = await world.restart();
      const other = await world.node('n1');
      alice = await world.controller('alice');
      await keyed(alice, 'one-more');
      expect(alice.lastError).toMatchObject({ code: 'too_many_commands' });
      await keyed(alice, 'k7');
      await settled();
      expect(alice.lastFrame?.payload['data']).toHaveLength(data.length);
      const bob = await world.controller('bob');
      await keyed(bob, 'k0');
      expect(other.commands).toHaveLength(1);

      world.pass(86_400_000);
      expect(alice.events(await keyed(alice, 'one-more', { tab: 't2' }))).toEqual(['routed']);
    },
  );
});

describe('durable commands over a restart of the relay', () => {
  it('a recorded outcome is given again', async () => {
    const { world, node, alice } = await oneTab();
    node.answer(await keyed(alice, 'k1'), 'kept');
    await settled();
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    await settled();
    expect(codeOf(next.alice, id)).toEqual(['kept']);
    expect(next.node.commands).toEqual([]);
  });

  it.each([
    ['done', { outcome: { messageType: 'result', payload: { ok: true, data: 'it was' } } }, ['it was']],
    ['unknown', {}, ['outcome_unknown']],
    ['done', { outcome: 'nonsense' }, ['outcome_unknown']],
  ])('one without an outcome is asked of its node: %s %j', async (status, rest, expected) => {
    const { world, alice } = await oneTab();
    const original = await keyed(alice, 'k1');
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    const asked = next.node.commands[0];
    expect(asked?.payload['payload']).toEqual({ idempotencyKey: 'k1', targetRequestId: original });
    next.node.answer(asked?.requestId ?? '', { status, ...rest });
    await settled();
    expect(codeOf(next.alice, id)).toEqual(expected);
    if (expected[0] === 'outcome_unknown') {
      expect(next.alice.lastError).toMatchObject({ effect: 'unknown', retryable: false });
    }
    expect(next.node.commands).toHaveLength(1);
  });

  it('one that still runs at its node is attached to: its answer finds whoever waits', async () => {
    const { world, alice } = await oneTab();
    const original = await keyed(alice, 'k1');
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    next.node.answer(next.node.commandIds[0] ?? '', { status: 'running' });
    expect(next.alice.terminals(id)).toEqual([]);
    next.node.answer(original, 'at last');
    await settled();
    expect(codeOf(next.alice, id)).toEqual(['at last']);
  });

  it('one that still runs at its node is told to stop when the right to it ends', async () => {
    const { world, alice } = await oneTab();
    const original = await keyed(alice, 'k1');
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    next.node.answer(next.node.commandIds[0] ?? '', { status: 'running' });
    const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: next.world.clock.now() + 1_000 } as const;
    await next.world.relay.access.grants.set(owner, { clientId: 'alice', grant: false });
    expect(codeOf(next.alice, id)).toEqual(['acl_missing_node_grant']);
    expect(next.node.ofType('command_cancel')[0]?.payload).toMatchObject({ targetRequestId: original });
  });

  it('a node that does not answer within five seconds leaves the outcome unknown', async () => {
    const { world, alice } = await oneTab();
    await keyed(alice, 'k1');
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    next.world.clock.advance(5_000);
    expect(codeOf(next.alice, id)).toEqual(['outcome_unknown']);
  });

  it('an answer that comes after the restart is recorded, though nobody waits yet', async () => {
    const { world, alice } = await oneTab();
    const original = await keyed(alice, 'k1');
    const next = await restarted(world);
    next.node.answer(original, 'unasked');
    await settled();
    const id = await keyed(next.alice, 'k1');
    await settled();
    expect(codeOf(next.alice, id)).toEqual(['unasked']);
  });

  it('another node cannot answer for it', async () => {
    const { world, alice } = await oneTab();
    const original = await keyed(alice, 'k1');
    const next = await restarted(world);
    const other = await next.world.node('n2');
    other.answer(original, 'forged');
    await settled();
    const id = await keyed(next.alice, 'k1');
    expect(next.alice.terminals(id)).toEqual([]);
    expect(next.world.log.ofType('late_result_dropped')).toHaveLength(1);
  });

  it('one whose routing was not on the disk before the crash runs as if it were new', async () => {
    const { world, node, alice, journal } = await oneTab();
    journal.holds = true;
    await keyed(alice, 'k1');
    expect(node.commands).toEqual([]);
    journal.crash();
    journal.holds = false;
    const next = await restarted(world);
    const id = await keyed(next.alice, 'k1');
    expect(next.node.commandIds).toEqual([id]);
  });
});

describe('when the journal cannot write', () => {
  it('a command that cannot be noted is not sent, and the next of its tab follows', async () => {
    const { node, alice, bob, journal } = await oneTab();
    journal.isFull = true;
    const id = await keyed(alice, 'k1');
    expect(alice.terminals(id)[0]?.payload).toMatchObject({
      code: 'journal_unavailable',
      effect: 'none',
      retryable: true,
    });
    const other = bob.command('n1', { tab: 't1' });
    expect(node.commandIds).toEqual([other]);
  });

  it('a journal that hangs costs a durable command two seconds, and others nothing', async () => {
    const { world, node, alice, bob, journal } = await oneTab();
    journal.holds = true;
    const id = await keyed(alice, 'k1');
    const behind = bob.queue('n1', { tab: 't1' });
    world.clock.advance(1_999);
    expect(node.commands).toEqual([]);
    world.clock.advance(1);
    expect(codeOf(alice, id)).toEqual(['journal_unavailable']);
    expect(node.commandIds).toEqual([behind]);
  });

  it('an outcome that cannot be noted is delivered after two seconds, and noted as soon as there is room', async () => {
    const { world, node, alice, journal } = await oneTab();
    const id = await keyed(alice, 'k1');
    journal.isFull = true;
    node.answer(id, 'kept in memory');
    await settled();
    world.clock.advance(1_999);
    expect(alice.terminals(id)).toEqual([]);
    world.clock.advance(1);
    await settled();
    expect(codeOf(alice, id)).toEqual(['kept in memory']);

    journal.isFull = false;
    world.clock.advance(1_000);
    await settled();
    expect(journal.kindsOf('k1')).toEqual(['routing', 'outcome']);
  });
});

describe('an outcome that was given before the journal took it', () => {
  it('is given at once to whoever submits its key until it has', async () => {
    const { world, node, alice, journal } = await oneTab();
    const first = await keyed(alice, 'k1');
    journal.isFull = true;
    node.answer(first, 'kept in memory');
    await settled();
    world.clock.advance(2_000);
    const second = await keyed(alice, 'k1');
    expect(codeOf(alice, second)).toEqual(['kept in memory']);
    expect(node.commandIds).toEqual([first]);
  });
});

describe('tab owners', () => {
  it('whose relay was away have their tabs closed ten minutes after the node is back', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'primitive.tab.open' });
    node.answer(id);
    const next = await world.restart();
    const again = await next.node('n1', 'i1');
    next.pass(599_999);
    expect(again.commands).toEqual([]);
    next.pass(1);
    expect(again.commands[0]?.payload).toMatchObject({
      action: 'primitive.tab.close_owned',
      payload: { controllerClientId: 'alice' },
    });
    again.answer(again.commandIds[0] ?? '');
    const last = await next.restart();
    const third = await last.node('n1', 'i1');
    last.pass(600_000);
    expect(third.commands).toEqual([]);
  });

  it('are remembered for a tab that was opened after its command had timed out', async () => {
    const { world, node, alice } = await oneTab();
    const id = alice.command('n1', { action: 'primitive.tab.open', timeoutMs: 1_000 });
    world.clock.advance(1_000);
    node.answer(id);
    const next = await world.restart();
    const again = await next.node('n1', 'i1');
    next.pass(600_000);
    expect(again.commands[0]?.payload).toMatchObject({ payload: { controllerClientId: 'alice' } });
  });

  it('that are removed have their tabs closed at once, however long they have been away', async () => {
    const { world, node, alice } = await oneTab();
    node.answer(alice.command('n1', { action: 'primitive.tab.open' }));
    const next = await world.restart();
    const again = await next.node('n1', 'i1');
    await next.relay.access.clients.remove({ kind: 'operator' }, 'alice');
    expect(again.commands[0]?.payload).toMatchObject({ payload: { controllerClientId: 'alice' } });
  });

  it('who have a session by then keep theirs', async () => {
    const { world, node, alice } = await oneTab();
    node.answer(alice.command('n1', { action: 'primitive.tab.open' }));
    const next = await restarted(world);
    next.world.pass(600_000);
    expect(next.node.commands).toEqual([]);
  });
});
