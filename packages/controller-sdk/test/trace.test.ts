import { settled } from '@telepat/otto-relay-link/testing';
import { expect, it } from 'vitest';
import { sdkWorld } from './world.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

it('every entry about a command that was sent within a trace names it', async () => {
  const world = await sdkWorld();
  await world.node(() => ({ data: {} }));
  const client = await world.connect();

  const ofTraceId = await client.send('primitive.tab.query', {}, { nodeId: 'n1', traceId: 'mine' });
  const ofParent = await client.send('primitive.tab.query', {}, { nodeId: 'n1', traceparent: TRACEPARENT });

  expect(tracesOf(world.relay.log.entries, ofTraceId.requestId)).toEqual(['mine', 'mine']);
  expect(tracesOf(world.relay.log.entries, ofParent.requestId)).toEqual([TRACE_ID, TRACE_ID]);
});

it('a cancel belongs to the trace of its command', async () => {
  const world = await sdkWorld();
  const node = await world.node(() => 'silence');
  const client = await world.connect();
  const abort = new AbortController();

  const options = { nodeId: 'n1', traceparent: TRACEPARENT, signal: abort.signal };
  const ended = client.send('primitive.tab.query', {}, options).catch((error: unknown) => error);
  await settled();
  abort.abort();
  await settled();
  node.reply(node.commands[0]!, { error: { code: 'command_cancelled' } });

  await expect(ended).resolves.toMatchObject({ code: 'command_cancelled' });
  const { requestId } = node.commands[0]!;
  expect(new Set(tracesOf(world.relay.log.entries, requestId))).toEqual(new Set([TRACE_ID]));
  expect(world.relay.log.entries.map(({ type }) => type)).toContain('command_cancel_requested');
});

function tracesOf(entries: readonly { requestId?: string; traceId?: string }[], requestId: string) {
  return entries.filter((entry) => entry.requestId === requestId).map(({ traceId }) => traceId);
}
