import { encodeFrame, makeFrame } from '@telepat/otto-protocol';
import type { ReceivedCommand, ScriptedAnswer } from '@telepat/otto-node-runtime/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, expect, expectTypeOf, it } from 'vitest';
import {
  RESUME_MS_MAX,
  type HttpInterceptUpdate,
  type ListenerUpdate,
  type Missed,
  type SubscribeOptions,
  type Updates,
} from '../src/index.js';
import { sendFrame } from './scripted-relay.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

it('updates come in order, from the first one on, and break unsubscribes', async () => {
  const { subscribe, emit, node } = await listening();
  const updates = subscribe({ options: { every: 1 } });
  await updates.ready;
  for (const data of [1, 2, 3]) emit(data);
  const read: unknown[] = [];

  for await (const { data } of updates) {
    read.push(data);
    if (read.length === 3) break;
  }
  await settled();

  expect(read).toEqual([1, 2, 3]);
  expect(node.commands[0]).toMatchObject({
    action: 'listener.subscribe',
    input: { listener: 'ticks', options: { every: 1 } },
  });
  expect(node.commands[1]).toMatchObject({
    action: 'listener.unsubscribe',
    input: { targetRequestId: node.commands[0]?.requestId },
  });
  expect(world.relay.relay.tables().listeners).toBe(0);
});

it('not even an update that follows the answer at once is missed', async () => {
  const { subscribe, emit, node } = await listening(() => 'silence');
  const updates = subscribe();
  await settled();

  node.reply(node.commands[0]!, { data: {} });
  emit('at once');

  expect(await updates.next()).toMatchObject({ value: { data: 'at once' } });
});

it('an update carries what its node said of it', async () => {
  const { subscribe, emit } = await listening();
  const updates = subscribe();
  await updates.ready;

  emit({ a: 1 }, { updateType: 'network.response', emittedAt: 5 });

  expect((await updates.next()).value).toEqual({ data: { a: 1 }, updateType: 'network.response', emittedAt: 5 });
});

it('the updates of a listener in the catalogue are typed, those of others are not', async () => {
  world = await sdkWorld();
  const { listeners } = await world.connect();
  type UpdateOf<L extends string> = ReturnType<typeof listeners.subscribe<L>> extends Updates<infer U> ? U : never;

  expectTypeOf<UpdateOf<'network.http_intercept'>['data']>().toEqualTypeOf<HttpInterceptUpdate>();
  expectTypeOf<UpdateOf<'ticks'>['data']>().toBeUnknown();
});

it('a subscription that is refused says so to who waits and to who iterates', async () => {
  const { subscribe } = await listening(() => ({ error: { code: 'listener_not_found' } }));
  const updates = subscribe();

  await expect(updates.ready).rejects.toMatchObject({ code: 'listener_not_found' });
  await expect(updates.next()).rejects.toMatchObject({ code: 'listener_not_found' });
  await expect(updates.next()).resolves.toMatchObject({ done: true });
});

it('a signal ends it, also while it is being opened', async () => {
  const abort = new AbortController();
  const { subscribe, node } = await listening(({ action }) =>
    action === 'listener.subscribe' ? 'silence' : { data: {} },
  );
  const updates = subscribe({ signal: abort.signal });
  await settled();

  abort.abort();
  await settled();

  await expect(updates.next()).resolves.toMatchObject({ done: true });
  expect(node.cancelled).toEqual([node.commands[0]?.requestId]);
  node.reply(node.commands[0]!, { data: {} });
  await settled();
  expect(world.relay.relay.tables().listeners).toBe(0);
  await expect(subscribe({ signal: abort.signal }).next()).resolves.toMatchObject({ done: true });
});

it('after a lost connection it subscribes again, and says that something may be missing', async () => {
  const missed: Missed[] = [];
  const { subscribe, emit, node } = await listening();
  const updates = subscribe({ onMissed: (what) => missed.push(what) });
  await updates.ready;
  emit('before');
  await settled();

  world.newestSocket.drop();
  await passing(500);
  emit('after');

  expect(await read(updates, 2)).toEqual(['before', 'after']);
  expect(missed).toEqual([{ reason: 'interrupted' }]);
  expect(updates.interruptionCount).toBe(1);
  expect(node.commands.filter(({ action }) => action === 'listener.subscribe')).toHaveLength(2);
});

it('one that shall not resume ends with the loss', async () => {
  const { subscribe, emit } = await listening();
  const updates = subscribe({ resume: false });
  await updates.ready;
  emit('before');
  await settled();

  world.newestSocket.drop();
  await settled();

  expect(await read(updates, 1)).toEqual(['before']);
  await expect(updates.next()).rejects.toMatchObject({ code: 'relay_disconnected' });
});

it('when its node comes back, so does the subscription', async () => {
  const { subscribe, emit, node } = await listening();
  const updates = subscribe();
  await updates.ready;

  await node.stop();
  await passing(5_000);
  node.link.start();
  await passing(10_000);
  emit('again');

  expect(await read(updates, 1)).toEqual(['again']);
  expect(updates.interruptionCount).toBe(1);
});

it('when its node stays away, it ends with the reason', async () => {
  const { subscribe, node } = await listening();
  const updates = subscribe();
  await updates.ready;
  const failure = expect(updates.next()).rejects.toMatchObject({ code: 'node_offline' });

  await node.stop();
  await passing(RESUME_MS_MAX);

  await failure;
});

it('when its grant is withdrawn, it ends with the reason', async () => {
  const { subscribe } = await listening();
  const updates = subscribe();
  await updates.ready;
  const owner = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Infinity } as const;

  await world.relay.relay.access.grants.set(owner, { clientId: 'alice', grant: false });

  await expect(updates.next()).rejects.toMatchObject({ code: 'acl_missing_node_grant' });
});

it('what the relay or the reader was too slow for is counted', async () => {
  const missed: Missed[] = [];
  const { subscribe, emit, node } = await listening();
  const updates = subscribe({ bufferMax: 2, onMissed: (what) => missed.push(what) });
  await updates.ready;
  for (const data of [1, 2, 3, 4]) emit(data);
  await settled();
  sendFrame(world.newestSocket, 'event', node.commands[0]!.requestId, { type: 'listener_updates_dropped', count: 7 });
  await settled();

  expect(await read(updates, 2)).toEqual([1, 2]);
  emit(5);
  expect(await read(updates, 1)).toEqual([5]);
  expect(updates.missedCount).toBe(9);
  expect(missed).toEqual([
    { reason: 'relay_busy', count: 7 },
    { reason: 'reader_busy', count: 2 },
  ]);
});

it('the end of the client ends it', async () => {
  const { subscribe, client } = await listening();
  const updates = subscribe();
  await updates.ready;
  const reader = expect(updates.next()).rejects.toMatchObject({ code: 'relay_disconnected' });

  await client.close();

  await reader;
});

/** A node with a listener, and a client that may subscribe to it. */
async function listening(answer: (command: ReceivedCommand) => ScriptedAnswer = () => ({ data: {} })) {
  world = await sdkWorld({ scopes: ['listener.*'] });
  const node = await world.node(answer);
  const client = await world.connect();
  const subscribe = (options: Partial<SubscribeOptions> = {}): Updates<ListenerUpdate> =>
    client.listeners.subscribe({ nodeId: 'n1', listener: 'ticks', ...options });
  const emit = (data: unknown, extra: object = {}): void => {
    const requestId = node.commands.findLast(({ action }) => action === 'listener.subscribe')?.requestId ?? '';
    const payload = { type: 'listener_update', data, ...extra };
    node.link.send(encodeFrame(makeFrame('event', { requestId, senderRole: 'node', payload })));
  };
  return { node, client, subscribe, emit };
}

async function read(updates: Updates<ListenerUpdate>, count: number): Promise<unknown[]> {
  const data: unknown[] = [];
  while (data.length < count) data.push((await updates.next()).value?.data);
  return data;
}

/** Lets time pass in small steps, so that what is answered meanwhile is seen. */
async function passing(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await settled();
    world.relay.clock.advance(100);
  }
  await settled();
}
