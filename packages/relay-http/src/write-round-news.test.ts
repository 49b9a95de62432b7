import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { countingStream, fakeTimeouts, nextTick, nextTurn, send, sendNews } from '../test/counting-stream.js';
import { HeldStream, WriteRound } from './write-round.js';

it('news make a round one of many, too', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];
  send(one, round, 3);
  sendNews(other, round);
  sendNews(other, round);
  await nextTick();

  send(one, round);
  await nextTick();
  expect(one.calls).toEqual([3]);
  await nextTurn();
  expect(one.calls).toEqual([3, 1]);
});

it('also for one who is alone, a frame does not get in front of news', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const one = countingStream();
  for (let count = 0; count < 4; count += 1) {
    send(one, round);
    await nextTick();
  }
  sendNews(one, round);
  send(one, round);
  await nextTick();

  expect(one.calls).toEqual([1, 1, 1, 1, 2]);
});

it('under load, news wait for the next frame of their own stream, and go out in one call with it, in order', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const texts: string[] = [];
  const stream = new Writable({
    writev: (chunks, done) => {
      texts.push(chunks.map(({ chunk }) => String(chunk)).join(' '));
      done();
    },
  });
  const [held, other] = [new HeldStream(stream), countingStream()];
  send(other, round, 5);
  await nextTick();
  round.holdNews(held);
  stream.write('news');
  send(other, round, 5);
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

it('news leave behind a round that does not wait for the end of its turn, and no other', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];
  sendNews(one, round);
  send(other, round, 5);
  await nextTick();
  expect([one.calls, other.calls]).toEqual([[1], [5]]);

  sendNews(one, round);
  send(other, round);
  await nextTurn();
  expect([one.calls, other.calls]).toEqual([[1], [5, 1]]);

  send(other, round);
  await nextTick();
  expect([one.calls, other.calls]).toEqual([
    [1, 1],
    [5, 1, 1],
  ]);
});

it('the time of news may end in the middle of a round, which is one of many all the same', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];
  send(one, round, 5);
  await nextTick();
  sendNews(other, round);
  send(one, round, 4);
  vi.advanceTimersByTime(1);
  expect([one.calls, other.calls]).toEqual([[5], [1]]);
  await nextTurn();

  send(one, round);
  await nextTick();
  expect(one.calls).toEqual([5, 4]);
  await nextTurn();
  expect(one.calls).toEqual([5, 4, 1]);
});

it('news that get no company go out after a millisecond, those of all streams', () => {
  fakeTimeouts();
  const round = new WriteRound();
  const streams = [countingStream(), countingStream()];
  for (let times = 1; times <= 2; times += 1) {
    for (const each of streams) {
      sendNews(each, round);
      sendNews(each, round);
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(0);
    expect(streams.map(({ calls }) => calls.length)).toEqual([times - 1, times - 1]);

    vi.advanceTimersByTime(1);
    expect(streams.map(({ calls }) => calls)).toEqual(streams.map(() => Array.from({ length: times }, () => 2)));
    expect(vi.getTimerCount()).toBe(0);
  }
});

it('news that went out before are no part of a later round', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const one = countingStream();
  for (let count = 1; count <= 5; count += 1) {
    sendNews(one, round);
    vi.advanceTimersByTime(1);
  }
  for (let count = 1; count <= 2; count += 1) {
    send(one, round);
    await nextTick();
  }

  expect(one.calls).toEqual([1, 1, 1, 1, 1, 1, 1]);
});

it('when the time of news is over, those that a round has taken along go out with it', async () => {
  fakeTimeouts();
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

it('what was let go, and is news since, waits under load until the time of news is over', async () => {
  fakeTimeouts();
  const round = new WriteRound();
  const one = countingStream();
  send(one, round, 5);
  await nextTick();
  send(one, round, 5);
  round.release(one.held);
  sendNews(one, round);
  await nextTurn();
  expect(one.calls).toEqual([5, 5]);

  vi.advanceTimersByTime(1);
  expect(one.calls).toEqual([5, 5, 1]);
});

it('news that come while a round lasts go out with it', async () => {
  const round = new WriteRound();
  const one = countingStream();
  send(one, round);
  sendNews(one, round);
  await nextTick();

  expect(one.calls).toEqual([2]);
});
