import { describe, expect, it } from 'vitest';
import { EntryRing } from './entry-ring.js';
import { encodeLines, entryOf, lineOf } from './log-line.js';

function lines(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(entry(String(from + index))));
}

function entry(id: string) {
  return { id, timestamp: id, level: 'info', source: 'relay', type: 'error', data: { text: 'ä\n' } } as const;
}

/** A ring into which so many came at a time, and the ids that it holds, newest first. */
function filled(size: number, batches: readonly number[]) {
  const ring = new EntryRing(size);
  let next = 1;
  for (const count of batches) {
    ring.push(encodeLines(lines(count, next)), count);
    next += count;
  }
  return { ring, held: [...ring.newestFirst()].map((line) => entryOf(line).id) };
}

function newest(size: number, total: number): string[] {
  return Array.from({ length: Math.min(size, total) }, (_, age) => String(total - age));
}

describe('EntryRing', () => {
  it.each([
    ['nothing', []],
    ['an empty batch', [0]],
    ['fewer than fit', [1]],
    ['as many as fit', [1, 1, 1]],
    ['one more than fits', [1, 1, 1, 1]],
    ['more than fit, in one batch', [8]],
    ['batches of which the first is forgotten in part', [2, 2]],
    ['a batch that pushes out many', [1, 1, 1, 5]],
    ['small ones behind a large one', [5, 1]],
    ['large and small ones', [1, 4, 1]],
    ['hundreds of small ones', Array.from({ length: 300 }, () => 1)],
    ['hundreds of large ones', Array.from({ length: 300 }, () => 7)],
  ])('of %s a ring of three holds the newest, newest first', (_, batches) => {
    const { ring, held } = filled(3, batches);
    const total = batches.reduce((sum, count) => sum + count, 0);

    expect(held).toEqual(newest(3, total));
    expect(ring.newest?.id).toBe(held[0]);
    expect(ring.oldest?.id).toBe(held.at(-1));
  });
});
