import { describe, expect, it } from 'vitest';
import type { LogLevel } from '@telepat/otto-protocol';
import { batchOf, logEntry } from '../../test/support/log-world.js';
import { LogQueue, bytesOf, lengthOf, textOf } from './log-queue.js';

const LINE_BYTES = lengthOf(queued(['info']).all()[0] ?? { start: 0, end: 0 });

/** A queue with a batch of entries of these levels, which take 100 bytes and something each. */
function queued(levels: readonly LogLevel[], bytesMax = Infinity) {
  const queue = new LogQueue(bytesMax);
  put(queue, levels);
  return queue;
}

function put(queue: LogQueue, levels: readonly LogLevel[]): void {
  const padding = { text: 'x'.repeat(100) };
  queue.put(batchOf(...levels.map((level, index) => logEntry(`id${index}`, { level, data: padding }))), 0);
}

function idsOf(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? line);
}

describe('LogQueue', () => {
  it('gives the lines of a batch as the bytes that they came in', () => {
    const queue = queued(['info', 'warn', 'info']);
    const [first] = queue.all();
    const bytes = bytesOf(queue.take(Infinity));

    expect(idsOf(bytes)).toEqual(['id0', 'id1', 'id2']);
    expect(bytes.byteOffset).toBe(first?.source.byteOffset);
    expect(queue.bytes).toBe(bytes.length);
  });

  it('leaves out of a batch what had to give way, and what was not taken', () => {
    const queue = queued(['info', 'debug', 'warn', 'debug'], 5.5 * LINE_BYTES);
    put(queue, ['error', 'error']);
    expect(queue.droppedCount).toBe(1);

    expect(idsOf(bytesOf(queue.take(3.2 * LINE_BYTES)))).toEqual(['id0', 'id1', 'id2']);
    expect(idsOf(bytesOf(queue.take(Infinity)))).toEqual(['id0', 'id1']);
  });

  it('takes no batch that has fewer lines than it says', () => {
    const batch = { ...batchOf(logEntry('a')), lines: [logEntry('a'), logEntry('b')] };

    expect(() => new LogQueue().put(batch, 0)).toThrow('Each line of a batch ends with a line break.');
  });

  it('keeps lines in memory by themselves when it is half full, so that what is dropped goes from there', () => {
    const queue = queued(['info', 'info', 'info', 'info'], 4.5 * LINE_BYTES);
    const [first, ...others] = queue.all();
    const shared = [first, ...others].filter((line) => line?.source === first?.source);

    expect(shared).toHaveLength(3);
    expect(queue.all().map((line) => JSON.parse(textOf(line)).id)).toEqual(['id0', 'id1', 'id2', 'id3']);
    expect(others.at(-1)?.source.buffer.byteLength).toBe(LINE_BYTES);
  });
});
