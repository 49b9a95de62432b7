import { settled } from '@telepat/otto-relay-link/testing';
import { afterEach, expect, it } from 'vitest';
import type { FollowOptions, LogEntry, Missed, Updates } from '../src/index.js';
import { framesOf, sendFrame } from './scripted-relay.js';
import { sdkWorld, type SdkWorld } from './world.js';

let world: SdkWorld;

afterEach(() => expect(world.relay.bugs).toEqual([]));

it('new entries come as they are written, of the source that was asked for', async () => {
  const { client, act } = await following();
  const all = client.logs.follow();
  const ofControllers = client.logs.follow({ source: 'controller' });
  await Promise.all([all.ready, ofControllers.ready]);

  await act();
  const sources = new Set((await readAll(all)).map(({ source }) => source));
  const own = await readAll(ofControllers);

  expect(sources.size).toBeGreaterThan(1);
  expect(own.length).toBeGreaterThan(0);
  expect(own.every(({ source }) => source === 'controller')).toBe(true);
});

it('the relay is asked for no more than somebody wants', async () => {
  const { client } = await following();
  const first = client.logs.follow({ source: 'node' });
  await first.ready;
  const second = client.logs.follow({ source: 'node' });
  await second.ready;
  const third = client.logs.follow({ source: 'relay' });
  await third.ready;

  const asked = framesOf(world.newestSocket, 'event').map(({ payload }) => payload['source']);

  expect(asked).toEqual(['node', 'all']);
});

it('who left hears no more, and the others go on', async () => {
  const { client, act } = await following();
  const [leaves, stays] = [client.logs.follow(), client.logs.follow()];
  await Promise.all([leaves.ready, stays.ready]);
  await act();
  for await (const entry of leaves) {
    expect(entry.id).toBeDefined();
    break;
  }

  await readAll(stays);
  await act();

  expect((await readAll(stays)).length).toBeGreaterThan(0);
  await expect(leaves.next()).resolves.toMatchObject({ done: true });
});

it('after a lost connection it goes on, and says that something may be missing', async () => {
  const missed: Missed[] = [];
  const { client, act } = await following();
  const entries = client.logs.follow({ onMissed: (what) => missed.push(what) });
  await entries.ready;

  world.newestSocket.drop();
  await passing(500);
  await readAll(entries);
  await act();

  expect((await readAll(entries)).length).toBeGreaterThan(0);
  expect(missed).toEqual([{ reason: 'interrupted' }]);
  sendFrame(world.newestSocket, 'event', framesOf(world.newestSocket, 'event')[0]!.requestId, {
    type: 'log_entries_dropped',
    count: 3,
  });
  await settled();
  expect(entries).toMatchObject({ missedCount: 3, interruptionCount: 1 });
});

it('who may not read the log learns so', async () => {
  const { client } = await following(['primitive.*']);
  const entries = client.logs.follow();

  await expect(entries.ready).rejects.toMatchObject({ code: 'forbidden_scope' });
  await expect(entries.next()).rejects.toMatchObject({ code: 'forbidden_scope' });
});

it.each<[string, FollowOptions, boolean]>([
  ['that shall not resume', { resume: false }, false],
  ['whose client leaves', {}, true],
])('a stream %s ends with the loss', async (_name, options, leaves) => {
  const { client } = await following();
  const entries = client.logs.follow(options);
  await entries.ready;
  const reader = expect(entries.next()).rejects.toMatchObject({ code: 'relay_disconnected' });

  if (leaves) await client.close();
  else world.newestSocket.drop();

  await reader;
});

it('a stream that is lost before it began says so', async () => {
  const { client } = await following();
  const entries = client.logs.follow();
  const failure = expect(entries.ready).rejects.toMatchObject({ code: 'relay_disconnected' });

  world.newestSocket.drop();

  await failure;
  await expect(client.logs.follow().ready).rejects.toMatchObject({ code: 'relay_disconnected', effect: 'none' });
});

async function following(scopes: readonly string[] = ['primitive.*', 'logs.read']) {
  world = await sdkWorld({ scopes });
  await world.node(() => ({ data: {} }));
  const client = await world.connect();
  const act = async () => {
    await client.send('primitive.tab.query', {}, { nodeId: 'n1' });
    await settled();
  };
  return { client, act };
}

/** What waits to be read now. */
async function readAll(entries: Updates<LogEntry>): Promise<LogEntry[]> {
  const read: LogEntry[] = [];
  for (;;) {
    const next = await Promise.race([entries.next(), settled().then(() => undefined)]);
    if (next?.value === undefined) return read;
    read.push(next.value);
  }
}

/** Lets time pass in small steps, so that what is answered meanwhile is seen. */
async function passing(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await settled();
    world.relay.clock.advance(100);
  }
  await settled();
}
