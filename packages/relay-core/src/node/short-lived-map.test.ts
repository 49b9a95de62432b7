import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShortLivedMap } from './short-lived-map.js';

describe('ShortLivedMap', () => {
  it('does what a map does', () => {
    const key = fc.integer({ min: 0, max: 5 });
    const step = fc.oneof(
      fc.record({ act: fc.constant('set' as const), key, value: fc.nat() }),
      fc.record({ act: fc.constantFrom('delete' as const, 'clear' as const), key }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const [map, model] = [new ShortLivedMap<number, number>(), new Map<number, number>()];
        for (const { act, ...facts } of steps) {
          if ('value' in facts) for (const each of [map, model]) each.set(facts.key, facts.value);
          else if (act === 'delete') expect(map.delete(facts.key)).toBe(model.delete(facts.key));
          else for (const each of [map, model]) each.clear();

          expect([...map.values()]).toEqual([...model.values()]);
          expect([map.size, map.has(facts.key), map.get(facts.key)]).toEqual([
            model.size,
            model.has(facts.key),
            model.get(facts.key),
          ]);
        }
      }),
    );
  });

  it('whoever looks at its values may delete them meanwhile', () => {
    const map = new ShortLivedMap<string, string>();
    for (const key of ['a', 'b', 'c']) map.set(key, key);

    const seen: string[] = [];
    for (const value of map.values()) {
      seen.push(value);
      map.delete('b');
    }

    expect(seen).toEqual(['a', 'c']);
  });

  it('is made anew again and again without losing anything, or the order', () => {
    const [map, model] = [new ShortLivedMap<number, number>(), new Map<number, number>()];
    for (let key = 0; key < 1_000; key += 1) {
      for (const each of [map, model]) each.set(key, key);
      // Some stay for long, most go soon.
      if (key % 7 !== 0) for (const each of [map, model]) each.delete(key - (key % 5));

      expect(map.size).toBe(model.size);
      expect([...map.values()]).toEqual([...model.values()]);
    }
    expect(map.size).toBeGreaterThan(64);
  });

  it('whoever looks at its values sees none that is deleted, also when it was made anew meanwhile', () => {
    const map = new ShortLivedMap<number, number>();
    map.set(-2, -2);
    map.set(-1, -1);

    const seen: number[] = [];
    for (const value of map.values()) {
      seen.push(value);
      if (seen.length > 1) continue;
      for (let key = 0; key < 200; key += 1) {
        map.set(key, key);
        map.delete(key);
      }
      map.delete(-1);
      // A map that was not made anew would show it once more.
      map.set(-1, -1);
    }

    expect(seen).toEqual([-2]);
  });
});
