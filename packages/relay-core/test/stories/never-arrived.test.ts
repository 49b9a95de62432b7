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
