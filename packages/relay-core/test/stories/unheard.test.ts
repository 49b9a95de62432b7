import { describe, expect, it } from 'vitest';
import { settled, testRelay, type TestClient, type TestRelay } from '../../src/testing/index.js';

const TRACE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' };

/** A controller that came from approving a pairing: it has no client, and one node. */
async function paired(world: TestRelay, controllerId: string): Promise<TestClient> {
  const client = world.connect('controller');
  const scopes = ['primitive.*', 'logs.read'];
  client.send('hello', { role: 'controller' });
  client.send('auth', { accessToken: await world.token({ role: 'controller', controllerId, nodeId: 'n1', scopes }) });
  await settled();
  return client;
}

describe('what became of a command that nobody waits for any more', () => {
  async function left(timeoutMs: number) {
    const world = await testRelay({ grants: { bob: ['n1'] }, config: { orphanGraceMs: 60_000 } });
    const node = await world.node('n1', 'i1');
    const leaver = await paired(world, 'ctl_paired');
    const payload = { targetNodeId: 'n1', action: 'primitive.tab.navigate', replayNonce: 'n', timeoutMs };
    const id = leaver.send('command', { ...payload, idempotencyKey: 'k1' }, TRACE);
    await settled();
    leaver.drop();
    const back = await paired(world, 'ctl_paired');
    const bob = await world.controller('bob');
    for (const client of [back, bob]) client.send('event', { type: 'logs_subscribe' });
    return { world, node, id, back, bob };
  }

  it('is logged as its controller, with its trace: that one sees it, and no other', async () => {
    const { world, node, id, back, bob } = await left(30_000);
    node.answer(id);
    await settled();
    const entry = { requestId: id, nodeId: 'n1', controllerId: 'ctl_paired', ...TRACE };
    expect(world.log.ofType('result')).toMatchObject([entry]);
    expect(world.log.ofType('result')[0]).not.toHaveProperty('clientId');
    const seenBy = (client: TestClient) =>
      client.received.filter(({ payload }) => payload['type'] === 'log').map(({ payload }) => payload['entry']);
    expect(seenBy(back)).toContainEqual(expect.objectContaining({ type: 'result', ...entry }));
    expect(seenBy(bob)).not.toContainEqual(expect.objectContaining({ type: 'result' }));
  });

  it('names its controller in the clean-up after it, too', async () => {
    const { world, back } = await left(30_000);
    back.drop();
    world.pass(60_000);
    expect(world.log.ofType('orphan_tab_cleanup_dispatched')).toMatchObject([{ controllerId: 'ctl_paired' }]);
    expect(world.log.ofType('orphan_tab_cleanup_dispatched')[0]).not.toHaveProperty('clientId');
  });
});
