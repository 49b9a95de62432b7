import { describe, expect, it } from 'vitest';
import { EntryRing } from './entry-ring.js';
import { entryOf, lineOf } from './log-line.js';

function entry(id: string) {
  return { id, timestamp: id, level: 'info', source: 'relay', type: 'error' } as const;
}

describe('EntryRing', () => {
  it.each([
    [0, []],
    [1, ['1']],
    [3, ['3', '2', '1']],
    [4, ['4', '3', '2']],
    [8, ['8', '7', '6']],
  ])('after %i entries a ring of three holds the newest, newest first', (count, held) => {
    const ring = new EntryRing(3);

    for (let id = 1; id <= count; id += 1) ring.push([lineOf(entry(String(id)))]);

    expect([...ring.newestFirst()].map((line) => entryOf(line).id)).toEqual(held);
    expect(ring.newest?.id).toBe(held[0]);
    expect(ring.oldest?.id).toBe(held.at(-1));
  });
});
