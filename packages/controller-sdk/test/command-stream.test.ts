import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { ReceivedCommand, ScriptedAnswer } from '@telepat/otto-node-runtime/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, expect, it } from 'vitest';
import { OttoClient } from '../src/index.js';
import { BUFFER_CHARS_MAX } from '../src/update-stream.js';
import { acceptClient, framesOf, scripted, sendFrame } from './scripted-relay.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

const OPTIONS = { nodeId: 'n1', tabSessionId: 't1', site: 'shop.test', command: 'watch' };
const DECLARED = { stream: { listeners: [{ listener: 'ticks', options: { every: 1 } }, { listener: 'tocks' }] } };

it('a command that declares listeners is followed: all of them, in the order they tell', async () => {
  const { client, node, emit } = await watching();

  const stream = await client.commands.follow({ ...OPTIONS, input: { limit: 3 } });
  await stream.updates?.ready;
  emit('ticks', 1);
  emit('tocks', 2);
  emit('ticks', 3, { updateType: 'third' });

  expect(stream.result.data).toEqual(DECLARED);
  const [test, ...subscribed] = node.commands;
  expect(test).toMatchObject({ action: 'command.test', tabSessionId: 't1', input: { input: { limit: 3 } } });
  expect(subscribed.map(({ action, tabSessionId, input }) => ({ action, tabSessionId, input }))).toEqual([
    { action: 'listener.subscribe', tabSessionId: 't1', input: { listener: 'ticks', options: { every: 1 } } },
    { action: 'listener.subscribe', tabSessionId: 't1', input: { listener: 'tocks' } },
  ]);
  const read = [await stream.updates?.next(), await stream.updates?.next(), await stream.updates?.next()];
  expect(read.map((one) => one?.value)).toEqual([
    { listener: 'ticks', data: 1 },
    { listener: 'tocks', data: 2 },
    { listener: 'ticks', data: 3, updateType: 'third' },
  ]);
  expect(world.relay.relay.tables()).toMatchObject({ listeners: 2, streams: 1 });
});

it('what waits to be read is bounded by how long the frames are', async () => {
  world = await sdkWorld();
  const { platform, network } = scripted();
  const connecting = OttoClient.connect({ relayUrl: 'ws://relay', accessToken: 't', platform });
  await settled();
  const far = network.newest;
  acceptClient(far);
  const following = (await connecting).commands.follow(OPTIONS);
  await settled();
  const data = { stream: { listeners: [{ listener: 'ticks' }] } };
  sendFrame(far, 'result', framesOf(far, 'command')[0]!.requestId, { ok: true, durationMs: 1, data });
  const { updates } = await following;
  const { requestId } = framesOf(far, 'command')[1]!;
  sendFrame(far, 'result', requestId, { ok: true, durationMs: 1, data: {} });
  await updates?.ready;

  for (const text of ['first', 'x'.repeat(BUFFER_CHARS_MAX / 2), 'x'.repeat(BUFFER_CHARS_MAX / 2), 'last']) {
    sendFrame(far, 'event', requestId, { type: 'listener_update', data: text });
    await settled();
  }

  const read = [await updates?.next(), await updates?.next(), await updates?.next()];
  expect(read.map((one) => String(one?.value?.data).slice(0, 5))).toEqual(['first', 'xxxxx', 'last']);
  expect(updates?.missedCount).toBe(1);
});

it('a command that declares none is a test and nothing more', async () => {
  const { client, node } = await watching(() => ({ data: { offers: [] } }));

  const stream = await client.commands.follow(OPTIONS);
  await stream.cancel();

  expect(stream.updates).toBeUndefined();
  expect(stream.result.data).toEqual({ offers: [] });
  expect(node.commands).toHaveLength(1);
});

it.each<[string, (stream: Stream) => unknown]>([
  ['it is cancelled', (stream) => stream.cancel()],
  ['its updates are left', (stream) => stream.updates?.return()],
  ['its scope ends', (stream) => stream[Symbol.asyncDispose]()],
])('when %s, relay and node forget it', async (_case, end) => {
  const { client, node } = await watching();
  const stream = await client.commands.follow(OPTIONS);
  await stream.updates?.ready;
  const subscribes = node.commands.filter(({ action }) => action === 'listener.subscribe');

  await end(stream);
  await stream.cancel();
  await settled();

  expect(world.relay.relay.tables()).toMatchObject({ listeners: 0, streams: 0 });
  const ended = node.commands.filter(({ action }) => action === 'listener.unsubscribe');
  expect(ended.map(({ input }) => input['targetRequestId'])).toEqual(subscribes.map(({ requestId }) => requestId));
  const [entry] = world.relay.log.entries.filter(({ type }) => type === 'stream_ended');
  expect(entry?.data).toMatchObject({ outcome: 'cancelled' });
  expect(await stream.updates?.next()).toEqual({ done: true, value: undefined });
});

it('a listener that is refused ends the stream with its reason', async () => {
  const { client } = await watching(({ action, input }) => {
    if (action === 'command.test') return { data: DECLARED };
    return input['listener'] === 'tocks' ? { error: { code: 'site_mismatch', effect: 'none' } } : { data: {} };
  });

  const stream = await client.commands.follow(OPTIONS);

  await expect(stream.updates?.ready).rejects.toMatchObject({ code: 'site_mismatch' });
  await expect(stream.updates?.next()).rejects.toMatchObject({ code: 'site_mismatch' });
  await stream.cancel();
  await settled();
  expect(world.relay.relay.tables()).toMatchObject({ listeners: 0, streams: 0 });
});

it('a node that goes ends the stream with its reason', async () => {
  const { client, node } = await watching();
  const stream = await client.commands.follow(OPTIONS);
  await stream.updates?.ready;

  await node.stop();

  await expect(stream.updates?.next()).rejects.toMatchObject({ code: 'node_disconnected' });
  await stream.cancel();
});

it('a connection that is lost ends the stream; it is not begun again', async () => {
  const { client, node } = await watching();
  const stream = await client.commands.follow(OPTIONS);
  await stream.updates?.ready;
  const sent = node.commands.length;

  world.newestSocket.drop();
  await expect(stream.updates?.next()).rejects.toMatchObject({ code: 'relay_disconnected' });
  world.relay.clock.advance(5_000);
  await settled();

  const later = node.commands.slice(sent).map(({ action }) => action);
  expect(later).not.toContain('listener.subscribe');
  expect(later).not.toContain('command.test');
  await stream.cancel();
});

it('cancelling does not wait for a relay that says nothing', async () => {
  const { client } = await watching();
  const stream = await client.commands.follow(OPTIONS);
  await stream.updates?.ready;
  world.newestSocket.onText = () => {};
  let isCancelled = false;
  void stream.cancel().then(() => (isCancelled = true));
  await settled();
  expect(isCancelled).toBe(false);

  world.relay.clock.advance(5_000);
  await settled();

  expect(isCancelled).toBe(true);
});

it('a command that fails is not followed', async () => {
  const { client } = await watching(() => ({ error: { code: 'sold_out', effect: 'unknown' } }));

  await expect(client.commands.follow(OPTIONS)).rejects.toMatchObject({ code: 'sold_out' });
});

it.each([
  [{ stream: { listeners: 'ticks' } }],
  [{ stream: { listeners: [{ listener: 7 }, null, { listener: '' }] } }],
  [{ stream: null }],
  ['text'],
  [null],
])('%j declares nothing', async (data) => {
  const { client } = await watching(() => ({ data }));

  expect((await client.commands.follow(OPTIONS)).updates).toBeUndefined();
});

type Stream = Awaited<ReturnType<Awaited<ReturnType<typeof watching>>['client']['commands']['follow']>>;

async function watching(
  answer: (command: ReceivedCommand) => ScriptedAnswer = ({ action }) =>
    action === 'command.test' ? { data: DECLARED } : { data: {} },
) {
  world = await sdkWorld({ scopes: ['listener.*', 'command.*'] });
  const node = await world.node(answer);
  const client = await world.connect();
  const emit = (listener: string, data: unknown, extra: object = {}): void => {
    const requestId = node.commands.findLast(({ input }) => input['listener'] === listener)?.requestId ?? '';
    const payload = { type: 'listener_update', data, ...extra };
    node.link.send(encodeFrame(makeFrame('event', { requestId, senderRole: 'node', payload })));
  };
  return { node, client, emit };
}
