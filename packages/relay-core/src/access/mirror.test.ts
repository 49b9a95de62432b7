import { describe, expect, it } from 'vitest';
import type { Change } from '../ports/storage.js';
import { Mirror } from './mirror.js';

/** Storage that settles each write when it is told to. */
class ScriptedCollection {
  readonly writes: { resolve: () => void; reject: (reason: Error) => void }[] = [];

  all(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }

  write(_changes: readonly Change<number>[]): Promise<void> {
    return new Promise((resolve, reject) => this.writes.push({ resolve, reject }));
  }
}

function mirrorOf(stored: Record<string, number>) {
  const collection = new ScriptedCollection();
  const seen = new Map<string, number>();
  const mirror = new Mirror<number>({
    collection,
    stored: new Map(Object.entries(stored)),
    onChange: (id, _before, after) => (after === undefined ? seen.delete(id) : seen.set(id, after)),
  });
  return { mirror, collection, seen };
}

const full = new Error('disk full');

describe('Mirror', () => {
  it('shows a change before it is stored, and resolves after', async () => {
    const { mirror, collection, seen } = mirrorOf({ a: 1 });

    const written = mirror.write([{ put: 'a', value: 2 }, { remove: 'b' }]);
    expect(mirror.get('a')).toBe(2);
    expect(seen).toEqual(new Map([['a', 2]]));
    collection.writes[0]?.resolve();

    await written;
    expect(mirror.get('a')).toBe(2);
  });

  it('takes back all of a refused change', async () => {
    const { mirror, collection, seen } = mirrorOf({ a: 1, b: 1 });

    const written = mirror.write([{ put: 'a', value: 2 }, { remove: 'b' }, { put: 'c', value: 2 }]);
    collection.writes[0]?.reject(full);

    await expect(written).rejects.toBe(full);
    expect(seen).toEqual(new Map(Object.entries({ a: 1, b: 1 })));
    expect(mirror.size).toBe(2);
  });

  it.each([
    ['stored', 'stored', 3],
    ['refused', 'stored', 3],
    ['stored', 'refused', 2],
    ['refused', 'refused', 1],
  ])('of two changes on their way, the first %s and the second %s, memory shows what storage has', async (...ends) => {
    const [first, second, expected] = ends;
    const { mirror, collection } = mirrorOf({ a: 1 });

    const written = [2, 3].map((value) => mirror.write([{ put: 'a', value }]));
    [first, second].forEach((end, index) => {
      if (end === 'stored') collection.writes[index]?.resolve();
      else collection.writes[index]?.reject(full);
    });
    await Promise.allSettled(written);

    expect(mirror.get('a')).toBe(expected);
  });

  it('does not bother storage with nothing', async () => {
    const { mirror, collection } = mirrorOf({});

    await mirror.write([]);

    expect(collection.writes).toEqual([]);
  });
});
