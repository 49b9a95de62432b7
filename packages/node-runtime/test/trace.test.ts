import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { nodeWorld } from './world.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

it.each([
  ['an action that works', 'primitive.tab.query', 'result'],
  ['one that is not known', 'primitive.tab.nonsense', 'error'],
])("a node's answer to %s carries the trace of the command", async (_case, action, messageType) => {
  const world = await nodeWorld();

  const requestId = command(world, action, { traceparent: TRACEPARENT });
  await settled();

  const [answer] = world.alice.terminals(requestId);
  expect(answer).toMatchObject({ messageType, traceId: TRACE_ID, traceparent: TRACEPARENT });
});

it('a bug of the node is in the operation log, with its trace and its client, and without what was thrown', async () => {
  const world = await nodeWorld();

  const requestId = command(world, 'primitive.tab.open', { traceId: 't1' }, { url: 'https://bug.test/' });
  await settled();

  const [entry] = world.relay.log.entries.filter(({ type }) => type === 'internal_error');
  expect(entry).toMatchObject({ source: 'node', level: 'error', requestId, traceId: 't1', nodeId: 'n1' });
  expect(entry).toMatchObject({ clientId: 'alice', action: 'primitive.tab.open' });
  expect(JSON.stringify(entry)).not.toContain('a secret of the machine');
  expect(world.log).toMatchObject([{ type: 'internal_error', traceId: 't1' }]);
});

it('what the relay says against a frame of the node is not sent back to it', async () => {
  const world = await nodeWorld();

  world.network.newest.send(
    '{"protocolVersion":"1.0","messageType":"error","requestId":"r","senderRole":"relay","payload":{"code":"rate_limited"}}',
  );
  await settled();

  expect(world.log).toMatchObject([{ type: 'relay_error', code: 'rate_limited' }]);
  expect(world.relay.log.entries.filter(({ type }) => type === 'relay_error')).toEqual([]);
});

function command(
  { alice, relay }: Awaited<ReturnType<typeof nodeWorld>>,
  action: string,
  trace: object,
  payload: object = {},
): string {
  return alice.send(
    'command',
    { targetNodeId: 'n1', action, payload, replayNonce: relay.clock.isoNow() },
    { ...trace },
  );
}
