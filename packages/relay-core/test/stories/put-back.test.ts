import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController } from '../../src/testing/index.js';

/** A durable command that had its turn, and whose tab was locked by another while the journal worked. */
async function putBack() {
  const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] } });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  const bob = await world.controller('bob');
  const { journal } = world.storage;
  journal.holds = true;
  const id = keyed(alice);
  bob.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1' });
  journal.holds = false;
  journal.sync();
  await settled();
  return { world, node, alice, bob, journal, id };
}

function keyed(controller: TestController): string {
  return controller.queue('n1', { action: 'primitive.tab.navigate', tab: 't1', idempotencyKey: 'k1' });
}

function unlock(controller: TestController): void {
  controller.send('tab_unlock', { targetNodeId: 'n1', tabSessionId: 't1' });
}

describe('a durable command whose tab was locked while the journal worked', () => {
  it('waits in front of all others, and its sender hears that it does', async () => {
    const { node, alice, bob, id } = await putBack();
    expect(alice.received.at(-1)).toMatchObject({
      requestId: id,
      payload: { type: 'queued', targetNodeId: 'n1', tabSessionId: 't1', queueDepth: 1 },
    });
    alice.queue('n1', { tab: 't1' });
    unlock(bob);
    expect(node.commandIds).toEqual([id]);
    expect(alice.events(id)).toEqual(['queued', 'routed']);
  });

  it('stands in the journal once: its second turn needs no second record', async () => {
    const { bob, journal, node, id } = await putBack();
    journal.holds = true;
    unlock(bob);
    expect(node.commandIds).toEqual([id]);
    expect(journal.kindsOf('k1')).toEqual(['routing']);
  });

  it.each([
    ['cancelled', (alice: TestController, id: string) => alice.cancel(id)],
    ['dropped with its session', (alice: TestController) => alice.drop()],
  ])('leaves no trace in the journal of having left when it is %s after all', async (_how, end) => {
    const { world, alice, journal, id } = await putBack();
    end(alice, id);
    await settled();
    expect(journal.kindsOf('k1')).toEqual(['routing', 'closed']);

    const next = await world.restart();
    const node = await next.node('n1', 'i1');
    const again = keyed(await next.controller('alice'));
    await settled();
    expect(node.commandIds).toEqual([again]);
  });
});
