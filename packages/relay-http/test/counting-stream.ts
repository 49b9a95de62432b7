import { Writable } from 'node:stream';
import { onTestFinished, vi } from 'vitest';
import { HeldStream, type WriteRound } from '../src/write-round.js';

/** A stream that notes how many chunks each of its system calls took. */
export function countingStream(): CountingStream {
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

/** Until the test is over, only the test lets the time of news pass. */
export function fakeTimeouts(): void {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** So many frames in a row. */
export function send({ held, stream }: CountingStream, round: WriteRound, count = 1): void {
  for (let frame = 0; frame < count; frame += 1) {
    round.hold(held);
    stream.write('frame');
  }
}

/** News that wait. */
export function sendNews({ held, stream }: CountingStream, round: WriteRound): void {
  round.holdNews(held);
  stream.write('news');
}

export const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface CountingStream {
  readonly stream: Writable;
  /** How many chunks each call took. */
  readonly calls: number[];
  readonly held: HeldStream;
}
