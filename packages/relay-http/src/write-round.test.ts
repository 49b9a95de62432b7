import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { WriteRound } from './write-round.js';

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
  return { stream, calls };
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('the frames of one turn go out in one call a stream, when the turn is over', async () => {
  const round = new WriteRound();
  const [one, other] = [countingStream(), countingStream()];

  for (let frame = 0; frame < 3; frame += 1) {
    for (const { stream } of [one, other]) {
      round.hold(stream);
      stream.write('frame');
    }
  }

  expect(one.calls).toEqual([]);
  await nextTurn();
  expect([one.calls, other.calls]).toEqual([[3], [3]]);
});

it('what is let go goes out at once, and the next turn begins anew', async () => {
  const round = new WriteRound();
  const { stream, calls } = countingStream();
  round.hold(stream);
  stream.write('first');

  round.release(stream);
  stream.write('not held');
  await nextTurn();
  round.hold(stream);
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
    round.hold(stream);
    stream.write('frame');
  }

  expect(order).toEqual([]);
  await nextTick();

  expect(order).toEqual(['node', 'controller']);
});

it('after a round of many, the next one lasts until the turn is over; after one of few, it does not', async () => {
  const round = new WriteRound();
  const { stream, calls } = countingStream();
  const send = (count: number) => {
    for (let frame = 0; frame < count; frame += 1) {
      round.hold(stream);
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
