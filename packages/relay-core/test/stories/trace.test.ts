import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/test-relay.js';
import { testRelay, type TestController, type TestNode, type TestRelay } from '../../src/testing/index.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const TRACE = { traceparent: TRACEPARENT };
const NAMED = { traceId: TRACE_ID, traceparent: TRACEPARENT };

interface Cast {
  readonly world: TestRelay;
  readonly alice: TestController;
  readonly node: TestNode;
}

async function cast(): Promise<Cast> {
  const world = await testRelay({ grants: { alice: ['n1'] }, scopes: ['primitive.*', 'listener.*', 'command.*'] });
  return { world, alice: await world.controller('alice'), node: await world.node('n1') };
}

let nonces = 0;

function command({ alice }: Cast, options: object = {}, trace: object = TRACE): string {
  const payload = { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: `trace-${++nonces}`, ...options };
  return alice.send('command', payload, { ...trace });
}

describe('the trace of a command', () => {
  it('goes to the node, and comes back with the acknowledgement', async () => {
    const told = await cast();

    command(told);

    expect(told.node.commands[0]).toMatchObject(NAMED);
    expect(told.alice.lastFrame).toMatchObject({ messageType: 'event', ...NAMED });
  });

  it('a traceId of the controller stays as it is beside a traceparent', async () => {
    const told = await cast();

    command(told, {}, { traceId: 'mine', ...TRACE });

    expect(told.node.commands[0]).toMatchObject({ traceId: 'mine', traceparent: TRACEPARENT });
    expect(told.world.log.entries.at(-1)).toMatchObject({ type: 'command_routed', traceId: 'mine' });
  });

  it('stands in an error of the relay, and in the cancel that the node is sent', async () => {
    const told = await cast();

    const requestId = command(told);
    told.world.pass(30_001);

    expect(told.alice.terminals(requestId)[0]).toMatchObject({ messageType: 'error', ...NAMED });
    expect(told.node.ofType('command_cancel')[0]).toMatchObject(NAMED);
  });

  it.each<[string, (told: Cast) => string | Promise<string>]>([
    ['routed and answered', (told) => answered(told, command(told))],
    ['queued, then dropped', queuedThenDropped],
    ['refused', (told) => command(told, { action: 'other' })],
    ['cancelled', cancelled],
    ['timed out, then answered', timedOut],
    ['a subscription and its updates', subscribed],
    ['a stream', streamed],
    ['durable', durable],
    ['noted by the node', noted],
  ])('is in every entry about one that is %s', async (_case, play) => {
    const told = await cast();

    const requestId = await play(told);
    await settled();
    told.world.pass(2_000);

    const entries = told.world.log.entries.filter((entry) => entry.requestId === requestId);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(({ traceId }) => traceId !== TRACE_ID)).toEqual([]);
  });
});

function answered({ node }: Cast, requestId: string): string {
  node.answer(requestId);
  return requestId;
}

function queuedThenDropped(told: Cast): string {
  const tab = { tabSessionId: 't1', waitPolicy: 'wait_with_timeout' };
  command(told, tab);
  const requestId = command(told, tab);
  told.alice.drop();
  return requestId;
}

function cancelled(told: Cast): string {
  const requestId = command(told);
  told.alice.cancel(requestId);
  told.node.refuse(requestId, 'command_cancelled');
  return requestId;
}

function timedOut(told: Cast): string {
  const requestId = command(told);
  told.world.pass(30_001);
  return answered(told, requestId);
}

function subscribed(told: Cast): string {
  const requestId = command(told, { action: 'listener.subscribe', payload: { listener: 'posts' } });
  answered(told, requestId);
  told.node.send('event', { type: 'listener_update', data: 1 }, { requestId });
  told.world.pass(1_500);
  told.node.drop();
  return requestId;
}

function streamed(told: Cast): string {
  const requestId = command(told, { action: 'command.test' });
  told.node.answer(requestId, { stream: { listeners: [{ listener: 'posts' }] } });
  told.alice.cancel(requestId);
  return requestId;
}

async function durable(told: Cast): Promise<string> {
  const requestId = command(told, { idempotencyKey: 'k1' });
  await settled();
  return answered(told, requestId);
}

function noted(told: Cast): string {
  const requestId = command(told);
  told.node.send('event', { type: 'extension_log', entry: { type: 'page_opened', requestId } });
  return requestId;
}
