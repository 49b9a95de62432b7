import { OttoError } from '@telepat/otto-protocol';
import { expect, it } from 'vitest';
import { BUFFER_CHARS_MAX, UpdateStream, type Missed, type UpdateOptions } from './update-stream.js';

const gone = new OttoError('relay_disconnected');

it('gives what arrived before and after somebody reads, in order', async () => {
  const { stream } = streamOf();
  stream.push(1, 1);
  stream.push(2, 1);

  const early = [stream.next(), stream.next(), stream.next(), stream.next()];
  stream.push(3, 1);
  stream.push(4, 1);

  expect((await Promise.all(early)).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
});

it('a slow reader misses the newest, and learns how many', async () => {
  const { stream, missed } = streamOf({ bufferMax: 2 });
  for (const update of [1, 2, 3, 4, 5]) stream.push(update, 1);
  expect(stream.missedCount).toBe(3);

  const read = [(await stream.next()).value, (await stream.next()).value];
  stream.push(6, 1);

  expect(read).toEqual([1, 2]);
  expect((await stream.next()).value).toBe(6);
  for (const update of [7, 8, 9]) stream.push(update, 1);
  stream.fail(gone);
  expect(missed).toEqual([
    { reason: 'reader_busy', count: 3 },
    { reason: 'reader_busy', count: 1 },
  ]);
});

it('what waits is bounded in characters as well, and the one that a reader waits for is given whatever its length', async () => {
  const { stream, missed } = streamOf();
  const first = stream.next();
  stream.push(1, BUFFER_CHARS_MAX + 1);
  expect((await first).value).toBe(1);
  expect(stream.lastChars).toBe(BUFFER_CHARS_MAX + 1);

  stream.push(2, BUFFER_CHARS_MAX + 1);
  stream.push(3, 1);
  expect((await stream.next()).value).toBe(2);
  stream.push(4, BUFFER_CHARS_MAX - 1);
  stream.push(5, 1);
  stream.push(6, 1);
  const read = [(await stream.next()).value, (await stream.next()).value];
  expect(stream.lastChars).toBe(1);
  stream.push(7, BUFFER_CHARS_MAX);

  expect(read).toEqual([4, 5]);
  expect((await stream.next()).value).toBe(7);
  expect(stream.missedCount).toBe(2);
  expect(missed).toEqual([
    { reason: 'reader_busy', count: 1 },
    { reason: 'reader_busy', count: 1 },
  ]);
});

it('a loss is thrown once, after what still waited', async () => {
  const { stream, closed } = streamOf();
  stream.push(1, 1);
  stream.fail(gone);
  stream.push(2, 1);

  await expect(stream.next()).resolves.toEqual({ done: false, value: 1 });
  await expect(stream.next()).rejects.toBe(gone);
  await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
  expect(closed).toEqual([]);
});

it('a loss settles everybody who waits: the first reader with the reason, the others with the end', async () => {
  const { stream } = streamOf();
  const readers = [stream.next(), stream.next()];
  const results = Promise.allSettled([...readers, stream.ready]);

  stream.fail(gone);

  expect(await results).toMatchObject([
    { status: 'rejected', reason: gone },
    { status: 'fulfilled', value: { done: true } },
    { status: 'rejected', reason: gone },
  ]);
});

it.each<[string, (stream: UpdateStream<number>, abort: AbortController) => void]>([
  ['close', (stream) => stream.close()],
  ['return', (stream) => void stream.return()],
  ['its disposal', (stream) => void stream[Symbol.asyncDispose]()],
  ['its signal', (_stream, abort) => abort.abort()],
])('%s ends it quietly and once', async (_name, end) => {
  const abort = new AbortController();
  const { stream, closed } = streamOf({ signal: abort.signal });
  const ready = stream.ready.catch((error: unknown) => error);
  const reader = stream.next();

  end(stream, abort);
  stream.close();
  stream.push(1, 1);
  stream.fail(gone);

  expect(await reader).toEqual({ done: true, value: undefined });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(await ready).toMatchObject({ code: 'command_cancelled' });
  expect(closed).toEqual(['closed']);
});

it('break ends it', async () => {
  const { stream, closed } = streamOf();
  stream.push(1, 1);
  stream.push(2, 1);

  for await (const update of stream) {
    expect(update).toBe(1);
    break;
  }

  expect(closed).toEqual(['closed']);
});

function streamOf(options: UpdateOptions = {}) {
  const missed: Missed[] = [];
  const closed: string[] = [];
  const stream = new UpdateStream<number>({ onMissed: (what) => missed.push(what), ...options }, () =>
    closed.push('closed'),
  );
  return { stream, missed, closed };
}
