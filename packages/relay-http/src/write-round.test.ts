import { Writable } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { HeldStream, WriteRound } from './write-round.js';

/** A stream that notes how many chunks each of its system calls took. */
function countingStream() {
  const calls: number[] = [];
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      calls.push(1);
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.length);
      done();
    },
  });
  return { stream, calls, held: new HeldStream(stream) };
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('the frames of one turn go out in one call a stream, when the turn is over', async () => {
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];

  for (let frame = 0; frame < 3; frame += 1) {
    for (const { stream, held } of [one, other]) {
      round.hold(held);
      stream.write('frame');
    }
  }

  expect(one.calls).toEqual([]);
  await nextTurn();
  expect([one.calls, other.calls]).toEqual([[3], [3]]);
});

it('what is let go goes out at once, and the next turn begins anew', async () => {
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  round.hold(held);
  stream.write('first');

  round.release(held);
  stream.write('not held');
  await nextTurn();
  round.hold(held);
  stream.write('second');
  stream.write('third');
  await nextTurn();

  expect(calls).toEqual([1, 1, 2]);
});

it('while there are few frames, they leave with the read that brought them, the last stream first', async () => {
  const round = new WriteRound();
  const order: string[] = [];
  for (const name of ['controller', 'node']) {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(void order.push(name)) });
    round.hold(new HeldStream(stream));
    stream.write('frame');
  }

  expect(order).toEqual([]);
  await nextTick();

  expect(order).toEqual(['node', 'controller']);
});

it('after a round of many, the next one lasts until the turn is over; after one of few, it does not', async () => {
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  const send = (count: number) => {
    for (let frame = 0; frame < count; frame += 1) {
      round.hold(held);
      stream.write('frame');
    }
  };
  send(5);
  await nextTick();

  send(1);
  await nextTick();
  expect(calls).toEqual([5]);
  await nextTurn();
  expect(calls).toEqual([5, 1]);

  send(1);
  await nextTick();
  expect(calls).toEqual([5, 1, 1]);
});

it('under load, news wait for the next frame of their own stream, and go out in one call with it, in order', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const round = new WriteRound();
  const texts: string[] = [];
  const stream = new Writable({
    writev: (chunks, done) => {
      texts.push(chunks.map(({ chunk }) => String(chunk)).join(' '));
      done();
    },
  });
  const [held, other] = [new HeldStream(stream), countingStream()];
  const sendOthers = () => {
    for (let frame = 0; frame < 5; frame += 1) {
      round.hold(other.held);
      other.stream.write('frame');
    }
  };
  sendOthers();
  await nextTick();
  round.holdNews(held);
  stream.write('news');
  sendOthers();
  await nextTurn();
  expect([texts, other.calls]).toEqual([[], [5, 5]]);

  round.hold(held);
  stream.write('frame');
  await nextTurn();

  expect(texts).toEqual(['news frame']);
});

it('while there are few frames, news leave right behind those that the same read has brought', async () => {
  const round = new WriteRound();
  const order: string[] = [];
  const write = (name: string) => (_chunk: unknown, _encoding: unknown, done: () => void) => {
    order.push(name);
    done();
  };
  const [controller, node] = ['controller', 'node'].map((name) => new Writable({ write: write(name) }));
  if (controller === undefined || node === undefined) throw new Error('There are two.');
  round.holdNews(new HeldStream(controller));
  controller.write('routed');
  round.hold(new HeldStream(node));
  node.write('command');
  await nextTick();

  expect(order).toEqual(['node', 'controller']);
});

it('news that get no company go out after a millisecond, those of all streams', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const round = new WriteRound();
  const streams = [countingStream(), countingStream()];
  for (let times = 1; times <= 2; times += 1) {
    for (const { stream, held } of streams) {
      round.holdNews(held);
      stream.write('news');
      round.holdNews(held);
      stream.write('more');
    }
    expect(streams.map(({ calls }) => calls.length)).toEqual([times - 1, times - 1]);

    vi.advanceTimersByTime(1);
    expect(streams.map(({ calls }) => calls)).toEqual(streams.map(() => Array.from({ length: times }, () => 2)));
    expect(vi.getTimerCount()).toBe(0);
  }
});

it('news that went out before are no part of a later round', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  for (let count = 1; count <= 5; count += 1) {
    round.holdNews(held);
    stream.write('news');
    vi.advanceTimersByTime(1);
  }
  for (let count = 1; count <= 2; count += 1) {
    round.hold(held);
    stream.write('frame');
    await nextTick();
  }

  expect(calls).toEqual([1, 1, 1, 1, 1, 1, 1]);
});

it('when the time of news is over, those that a round has taken along go out with it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  round.holdNews(held);
  stream.write('news');
  round.hold(held);
  vi.advanceTimersByTime(1);
  stream.write('frame');
  expect(calls).toEqual([]);
  await nextTick();

  expect(calls).toEqual([2]);
});

it('what was let go, and is news since, waits under load for its own time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  const write = (count: number) => {
    for (let frame = 0; frame < count; frame += 1) stream.write('frame');
  };
  for (let frame = 0; frame < 5; frame += 1) round.hold(held);
  write(5);
  await nextTick();
  for (let frame = 0; frame < 5; frame += 1) round.hold(held);
  write(5);
  round.release(held);
  round.holdNews(held);
  write(1);
  await nextTurn();
  expect(calls).toEqual([5, 5]);

  vi.advanceTimersByTime(1);
  expect(calls).toEqual([5, 5, 1]);
});

it('news that come while a round lasts go out with it', async () => {
  const round = new WriteRound();
  const { stream, calls, held } = countingStream();
  round.hold(held);
  stream.write('frame');
  round.holdNews(held);
  stream.write('news');
  await nextTick();

  expect(calls).toEqual([2]);
});
