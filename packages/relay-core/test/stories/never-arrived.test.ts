import { COMMAND_STATUS_WAIT_MS } from '@telepat/otto-protocol/limits';
import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController, type TestNode, type TestRelay } from '../../src/testing/index.js';

const NEVER = { status: 'unknown', neverReceived: true };

describe('a durable command that its node is sure never to have got', () => {
  it('because the relay died, had no effect, and runs when it is asked for again', async () => {
    const { world, alice } = await sentOnce();
    const next = await world.restart();
    const node = await next.node('n1', 'i1');
    const again = await next.controller('alice');

    const second = await keyed(again);
    answerInquiry(node, NEVER);
    await settled();
    expect(again.lastError).toMatchObject({ code: 'node_disconnected', effect: 'none', retryable: true });
    const third = await keyed(again);
    node.answer(third, 'done at last');
    await settled();

    expect(again.terminals(second)).toHaveLength(1);
    expect(again.terminals(third)[0]?.payload).toMatchObject({ ok: true, data: 'done at last' });
    expect(next.storage.journal.kindsOf('k1')).toEqual(['routing', 'closed', 'routing', 'outcome']);
    expect(alice.terminals('nothing')).toEqual([]);
  });

  it('because its connection was lost with it, too; all who wait hear of it', async () => {
    const { world, node, alice } = await sentOnce();
    node.drop();
    expect(alice.lastError).toMatchObject({ code: 'node_disconnected', effect: 'unknown' });
    const back = await world.node('n1', 'i1');

    const ids = [await keyed(alice), await keyed(alice)];
    answerInquiry(back, NEVER);

    const payloads = ids.map((id) => alice.terminals(id)[0]?.payload);
    expect(payloads).toMatchObject([
      { code: 'node_disconnected', effect: 'none' },
      { code: 'node_disconnected', effect: 'none' },
    ]);
    const anew = await keyed(alice);
    expect(back.commandIds.at(-1)).toBe(anew);
  });

  it('has an unknown outcome when that node is another process than the one that it was sent to', async () => {
    const { world, node, alice } = await sentOnce();
    node.drop();
    const other = await world.node('n1', 'i2');

    await keyed(alice);
    answerInquiry(other, NEVER);

    expect(alice.lastError).toMatchObject({ code: 'outcome_unknown', effect: 'unknown', retryable: false });
  });

  it('has an unknown outcome when the node does not say which process it is', async () => {
    const { world, node, alice } = await sentOnce({ instanceId: undefined });
    node.drop();
    const back = await world.node('n1');

    await keyed(alice);
    answerInquiry(back, NEVER);

    expect(alice.lastError).toMatchObject({ code: 'outcome_unknown' });
  });

  it('and that nobody waits for any more leaves nothing behind', async () => {
    const { world, node, alice } = await sentOnce();
    node.drop();
    const back = await world.node('n1', 'i1');
    await keyed(alice);
    alice.drop();

    answerInquiry(back, NEVER);
    await settled();

    expect(world.relay.records()).toMatchObject({ durable: 0 });
    world.clock.advance(10_000);
    expect(back.ofType('command_cancel')).toEqual([]);
  });
});

describe('a durable command that was sent over a connection which its node has replaced', () => {
  it('and that never came with it has had no effect, and its tab is free at once', async () => {
    const { world, node, alice } = await sentOnce();
    const [lost = ''] = node.commandIds;
    const newer = await world.node('n1', 'i1');
    const behind = alice.queue('n1', { tab: 't1' });

    answerInquiry(newer, NEVER);
    await settled();

    expect(alice.terminals(lost)[0]?.payload).toMatchObject({
      code: 'node_disconnected',
      effect: 'none',
      retryable: true,
    });
    expect(newer.commandIds.at(-1)).toBe(behind);
    expect(newer.ofType('command_cancel')).toEqual([]);
    newer.answer(behind);
    const again = await keyed(alice);
    expect(newer.commandIds.at(-1)).toBe(again);
    expect(world.storage.journal.kindsOf('k1')).toEqual(['routing', 'closed', 'routing']);
  });

  it.each([
    ['runs', { status: 'running' }],
    ['is not known there, as to a node that does not keep records', { status: 'unknown' }],
  ])('and that %s stays as it was, and is answered over the newer one', async (_name, status) => {
    const { world, node, alice } = await sentOnce();
    const [id = ''] = node.commandIds;
    const newer = await world.node('n1', 'i1');

    answerInquiry(newer, status);
    await settled();
    expect(alice.terminals(id)).toEqual([]);
    newer.answer(id, 'done');
    await settled();

    expect(alice.terminals(id)[0]?.payload).toMatchObject({ ok: true, data: 'done' });
  });

  it('and that the node says nothing of for five seconds stays as it was, and is not sent again', async () => {
    const { world, node, alice } = await sentOnce();
    const [id = ''] = node.commandIds;
    const newer = await world.node('n1', 'i1');
    const sent = newer.commandIds.length;

    world.clock.advance(COMMAND_STATUS_WAIT_MS);
    await settled();
    expect(alice.terminals(id)).toEqual([]);
    const joined = await keyed(alice);
    expect(newer.commandIds).toHaveLength(sent);
    newer.answer(id, 'done');
    await settled();

    expect([id, joined].map((each) => alice.terminals(each)[0]?.payload['data'])).toEqual(['done', 'done']);
  });

  it('and whose answer was lost with it gets that answer, once', async () => {
    const { world, node, alice } = await sentOnce();
    const [id = ''] = node.commandIds;
    const newer = await world.node('n1', 'i1');
    const behind = alice.queue('n1', { tab: 't1' });
    const payload = { ok: true, durationMs: 1, action: 'test', data: 'done', commandOutcome: 'completed' };

    answerInquiry(newer, { status: 'done', outcome: { messageType: 'result', payload } });
    await settled();
    newer.answer(id, 'once more');
    await settled();

    expect(alice.terminals(id).map((frame) => frame.payload['data'])).toEqual(['done']);
    expect(newer.commandIds.at(-1)).toBe(behind);
    expect(world.storage.journal.kindsOf('k1')).toEqual(['routing', 'outcome']);
    expect(world.bugs).toEqual([]);
  });

  it('and that ended before the node could say so has that end', async () => {
    const { world, node, alice } = await sentOnce();
    const [id = ''] = node.commandIds;
    const newer = await world.node('n1', 'i1');
    const inquiry = newer.commandIds.at(-1) ?? '';

    newer.answer(id, 'done');
    await settled();
    newer.answer(inquiry, NEVER);
    await settled();

    expect(alice.terminals(id).map((frame) => frame.payload['data'])).toEqual(['done']);
    expect(world.relay.records()).toMatchObject({ durable: 1 });
  });

  it('and that nobody waits for any more leaves nothing behind when it never came', async () => {
    const { world, alice } = await sentOnce();
    const newer = await world.node('n1', 'i1');
    alice.drop();

    answerInquiry(newer, NEVER);
    await settled();

    expect(world.relay.records()).toMatchObject({ durable: 0 });
    world.clock.advance(10_000);
    expect(newer.ofType('command_cancel')).toEqual([]);
  });

  it('is asked for there when the question itself was lost', async () => {
    const { world, node, alice } = await sentOnce();
    node.drop();
    const back = await world.node('n1', 'i1');
    const id = await keyed(alice);
    expect(back.commands.at(-1)?.payload['action']).toBe('relay.command_status');
    const newer = await world.node('n1', 'i1');

    world.clock.advance(COMMAND_STATUS_WAIT_MS - 1);
    answerInquiry(newer, { status: 'running' });
    world.clock.advance(COMMAND_STATUS_WAIT_MS);

    expect(alice.terminals(id)).toEqual([]);
  });

  it('ends once, although its node was asked twice', async () => {
    const { world, node, alice } = await sentOnce();
    const [id = ''] = node.commandIds;
    const second = await world.node('n1', 'i1');
    const third = await world.node('n1', 'i1');

    for (const inquiry of [...second.commandIds, ...third.commandIds]) third.answer(inquiry, NEVER);
    await settled();

    expect(alice.terminals(id)).toHaveLength(1);
    expect(world.relay.status().nodes).toMatchObject([{ inFlight: 0, queued: 0 }]);
    expect(world.bugs).toEqual([]);
  });

  it('is not asked about before it was sent', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    await world.node('n1', 'i1');
    const alice = await world.controller('alice');
    world.storage.journal.holds = true;
    const id = await keyed(alice);
    const newer = await world.node('n1', 'i1');
    expect(newer.commands).toEqual([]);

    world.storage.journal.sync();
    await settled();

    expect(newer.commandIds).toEqual([id]);
  });
});

async function sentOnce({ instanceId }: { instanceId: string | undefined } = { instanceId: 'i1' }): Promise<Sent> {
  const world = await testRelay({ grants: { alice: ['n1'] } });
  const node = await world.node('n1', instanceId);
  const alice = await world.controller('alice');
  const id = await keyed(alice);
  expect(node.commandIds).toEqual([id]);
  return { world, node, alice };
}

/** Sends the durable command, and lets the journal take it. */
async function keyed(controller: TestController): Promise<string> {
  const id = controller.command('n1', { action: 'primitive.tab.navigate', tab: 't1', idempotencyKey: 'k1' });
  await settled();
  return id;
}

function answerInquiry(node: TestNode, data: object): void {
  const asked = node.commands.at(-1);
  expect(asked?.payload['action']).toBe('relay.command_status');
  node.answer(asked?.requestId ?? '', data);
}

interface Sent {
  readonly world: TestRelay;
  readonly node: TestNode;
  readonly alice: TestController;
}
