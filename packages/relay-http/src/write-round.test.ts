import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { countingStream, nextTick, nextTurn, send } from '../test/counting-stream.js';
import { HeldStream, WriteRound } from './write-round.js';

it('the frames of one turn go out in one call a stream, when the turn is over', async () => {
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];

  for (let frame = 0; frame < 3; frame += 1) {
    for (const each of [one, other]) send(each, round);
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
  const one = countingStream();
  send(one, round, 4);
  await nextTick();
  send(one, round, 5);
  await nextTick();
  expect(one.calls).toEqual([4, 5]);

  send(one, round);
  await nextTick();
  expect(one.calls).toEqual([4, 5]);
  await nextTurn();
  expect(one.calls).toEqual([4, 5, 1]);

  send(one, round);
  await nextTick();
  expect(one.calls).toEqual([4, 5, 1, 1]);
});

it('whoever has been alone for a while is sent its frames at once; others are not', async () => {
  const round = new WriteRound();
  const one = countingStream();
  for (let count = 0; count < 4; count += 1) {
    send(one, round, 2);
    expect(one.calls).toHaveLength(count);
    await nextTick();
  }

  send(one, round, 2);
  expect(one.calls).toEqual([2, 2, 2, 2, 1, 1]);
  send(one, round, 2);
  expect(one.calls).toHaveLength(6);
  await nextTick();
  expect(one.calls).toEqual([2, 2, 2, 2, 1, 1, 2]);

  send(one, round);
  expect(one.calls).toHaveLength(7);
  await nextTick();
  expect(one.calls).toHaveLength(8);
});
