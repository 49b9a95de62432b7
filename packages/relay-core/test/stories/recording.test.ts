import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestController } from '../../src/testing/index.js';

/** A node has answered a durable command, and the journal cannot take its outcome. */
async function unrecorded(data: unknown) {
  const world = await testRelay({ grants: { alice: ['n1'] } });
  const node = await world.node('n1', 'i1');
  const alice = await world.controller('alice');
  const { journal } = world.storage;
  const id = await keyed(alice);
  journal.isFull = true;
  node.answer(id, data);
  await settled();
  return { world, node, alice, journal, id };
}

async function keyed(controller: TestController, key = 'k1', timeoutMs = 30_000): Promise<string> {
  const options = { action: 'primitive.tab.navigate', tab: key, waitPolicy: 'wait_with_timeout' };
  const id = controller.command('n1', { ...options, idempotencyKey: key, timeoutMs });
  await settled();
  return id;
}

describe('an outcome that waits for the journal', () => {
  it('ends nobody by a deadline: who joins within that time gets it, too', async () => {
    const { world, alice } = await unrecorded('known');
    world.clock.advance(500);
    const joined = await keyed(alice, 'k1', 1_000);
    world.clock.advance(1_499);
    expect(alice.terminals(joined)).toEqual([]);
    world.clock.advance(1);
    expect(alice.terminals(joined).map(({ payload }) => payload['data'])).toEqual(['known']);
  });

  it('is kept in memory no larger than on disk once it was given', async () => {
    const data = 'x'.repeat(100_000);
    const { world, alice, id } = await unrecorded(data);
    world.clock.advance(2_000);
    expect(alice.terminals(id)[0]?.payload['data']).toBe(data);
    const again = await keyed(alice);
    expect(alice.terminals(again)[0]?.payload).toMatchObject({ ok: true, resultOmitted: true });
    expect(alice.terminals(again)[0]?.payload).not.toHaveProperty('data');
  });

  it('takes its share of what its identity may have on record from the moment it is known', async () => {
    const { world, node, alice, journal } = await unrecorded('x'.repeat(65_000));
    journal.isFull = false;
    const ids: string[] = [];
    for (let count = 0; count < 520; count += 1) {
      world.pass(60);
      ids.push(await keyed(alice, `more-${count}`));
    }
    journal.isFull = true;
    for (const id of ids) node.answer(id, 'x'.repeat(65_000));
    const refused = await keyed(alice, 'one-too-many');
    expect(alice.terminals(refused)[0]?.payload).toMatchObject({ code: 'too_many_commands' });
  });
});
