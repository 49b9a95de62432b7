import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController, type TestNode } from '../../src/testing/index.js';

const scopes = ['primitive.*', 'listener.*', 'command.*'];
const TRACE = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

async function oneNode() {
  const world = await testRelay({ grants: { alice: ['n1'] }, scopes });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  return { world, node, alice };
}

function unsubscribe(alice: TestController, target: string, extra: object = {}): string {
  return alice.command('n1', {
    action: 'listener.unsubscribe',
    input: { targetRequestId: target },
    timeoutMs: 1_000,
    ...extra,
  });
}

function subscribed(alice: TestController, node: TestNode, requestId?: string): string {
  const id = alice.command('n1', {
    action: 'listener.subscribe',
    input: { listener: 'ticks' },
    ...(requestId === undefined ? {} : { requestId }),
  });
  node.answer(id);
  return id;
}

/** The clean-ups that a node was sent. */
function cleanUps(node: TestNode): unknown[] {
  return node.commands
    .filter(({ payload }) => payload['action'] === 'primitive.tab.close_owned')
    .map(({ payload }) => payload['payload']);
}

describe('an unsubscribe that its node answers too late', () => {
  it.each([
    [500, 'while it has its time to stop'],
    [60_000, 'long after'],
  ])('ends the subscription all the same, %i ms after its deadline: %s', async (lateMs) => {
    const { world, node, alice } = await oneNode();
    const listener = subscribed(alice, node);
    const late = unsubscribe(alice, listener);
    world.pass(1_000 + lateMs);
    expect(world.relay.tables().listeners).toBe(1);
    node.answer(late);
    expect(world.relay.tables().listeners).toBe(0);
    expect(alice.terminals(late).map(({ payload }) => payload['code'])).toEqual(['command_timed_out']);
    expect(alice.lastFrame).toMatchObject({
      requestId: listener,
      payload: { type: 'listener_ended', reason: 'unsubscribed' },
    });
  });

  it('ends it with an idempotency key, too', async () => {
    const { world, node, alice } = await oneNode();
    const late = unsubscribe(alice, subscribed(alice, node), { idempotencyKey: 'k1' });
    await settled();
    world.pass(60_000);
    node.answer(late);
    expect(world.relay.tables().listeners).toBe(0);
  });

  it('leaves alone a newer subscription of the same id', async () => {
    const { world, node, alice } = await oneNode();
    const listener = subscribed(alice, node);
    const late = unsubscribe(alice, listener);
    world.pass(10_000);
    node.answer(unsubscribe(alice, listener));
    world.pass(1);
    subscribed(alice, node, listener);
    node.answer(late);
    expect(world.relay.tables().listeners).toBe(1);
  });
});

it('an unsubscribe of what its node does not know ends the subscription here', async () => {
  const { world, node, alice } = await oneNode();
  const id = unsubscribe(alice, subscribed(alice, node));
  node.refuse(id, 'listener_not_found');
  expect(alice.terminals(id)).toHaveLength(1);
  expect(world.relay.tables().listeners).toBe(0);
});

describe('a stream', () => {
  async function joining() {
    const cast = await oneNode();
    const { node, alice } = cast;
    const test = { targetNodeId: 'n1', action: 'command.test', replayNonce: 'streamed' };
    const id = alice.send('command', test, TRACE);
    node.answer(id, { stream: { listeners: [{ listener: 'chat' }] } });
    const join = { targetNodeId: 'n1', action: 'listener.subscribe', payload: { listener: 'chat' } };
    const joined = alice.send('command', { ...join, replayNonce: 'joins' }, TRACE);
    return { ...cast, id, joined };
  }

  it('has timed out when its node says that a subscribe which joins it has', async () => {
    const { node, alice, id, joined } = await joining();
    const outcome = { ok: false, durationMs: 1, action: 'listener.subscribe', commandOutcome: 'timed_out' };
    node.send('result', outcome, { requestId: joined });
    expect(alice.terminals(id).at(-1)?.payload).toMatchObject({
      commandOutcome: 'timed_out',
      data: { streamTimedOut: true, reason: 'listener_subscribe_timeout' },
    });
  });

  it('goes on when a subscribe that would join it is cancelled, whoever says so', async () => {
    const { world, node, alice, id, joined } = await joining();
    alice.cancel(joined);
    node.refuse(joined, 'command_cancelled');
    expect(alice.terminals(id)).toHaveLength(1);
    expect(world.relay.tables().streams).toBe(1);
  });

  it('carries its trace to its end, and its listeners theirs to the node', async () => {
    const { node, alice, id, joined } = await joining();
    node.answer(joined);
    alice.cancel(id);
    expect(alice.terminals(id).at(-1)).toMatchObject({ messageType: 'result', senderRole: 'relay', ...TRACE });
    expect(node.commands.at(-1)).toMatchObject({ payload: { action: 'listener.unsubscribe' }, ...TRACE });
  });

  it('has listeners whose end carries their trace', async () => {
    const { node, alice, joined } = await joining();
    node.answer(joined);
    node.drop();
    const ended = alice.received.filter(({ payload }) => payload['type'] === 'listener_ended');
    expect(ended).toMatchObject([{ requestId: joined, ...TRACE }]);
  });
});

describe('a tab that was opened when its identity had been cleaned up after', () => {
  const open = { action: 'primitive.tab.open', timeoutMs: 1_000 };

  it.each([{}, { idempotencyKey: 'k1' }])(
    'is closed as well, however late its node says so: with %j',
    async (extra) => {
      const { world, node, alice } = await oneNode();
      const late = alice.command('n1', { ...open, ...extra });
      await settled();
      alice.drop();
      world.pass(30_000);
      const before = cleanUps(node).length;
      expect(before).toBeGreaterThan(0);
      node.answer(late);
      expect(cleanUps(node)).toHaveLength(before + 1);
      expect(cleanUps(node).at(-1)).toEqual({ controllerClientId: 'alice' });
    },
  );

  it('is closed once when its node says so while it has its time to stop', async () => {
    const { world, node, alice } = await oneNode();
    const late = alice.command('n1', open);
    alice.drop();
    world.pass(2_500);
    expect(cleanUps(node)).toHaveLength(1);
    node.answer(late);
    expect(cleanUps(node)).toHaveLength(2);
  });

  it('stays when its identity is there, or has asked for its tabs to be kept', async () => {
    const { world, node, alice } = await oneNode();
    const [there, kept] = [alice.command('n1', open), alice.command('n1', open)];
    world.pass(30_000);
    node.answer(there);
    alice.send('event', { type: 'session_detach', keepTabsMs: 60_000 });
    alice.drop();
    node.answer(kept);
    expect(cleanUps(node)).toEqual([]);
  });

  it('waits for the check of ten minutes when this relay has not seen its identity', async () => {
    const { world, node, alice } = await oneNode();
    const id = alice.command('n1', { ...open, timeoutMs: 600_000, idempotencyKey: 'k1' });
    await settled();
    expect(node.commandIds).toEqual([id]);
    const next = await world.restart();
    const again = await next.node('n1', 'i1');
    again.answer(id);
    next.pass(599_000);
    expect(cleanUps(again)).toEqual([]);
    next.pass(1_000);
    expect(cleanUps(again)).toEqual([{ controllerClientId: 'alice' }]);
  });

  it('is closed when its node says, asked for it, that it was opened', async () => {
    const { world, alice } = await oneNode();
    alice.command('n1', { ...open, idempotencyKey: 'k1' });
    await settled();
    const next = await world.restart();
    const node = await next.node('n1', 'i1');
    const asking = await next.controller('alice');
    asking.command('n1', { ...open, idempotencyKey: 'k1' });
    await settled();
    const inquiry = node.commandIds[0] ?? '';
    asking.drop();
    next.pass(2_000);
    expect(cleanUps(node)).toHaveLength(1);
    const payload = { ok: true, durationMs: 1, action: 'primitive.tab.open', data: {} };
    node.answer(inquiry, { status: 'done', outcome: { messageType: 'result', payload } });
    expect(cleanUps(node)).toHaveLength(2);
  });
});
