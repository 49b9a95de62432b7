import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LinkedQueue, type QueueEntry } from './linked-queue.js';

it('behaves as an array does, for any order of pushes at either end, shifts and removals', () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('unshift' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('shift' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const queue = new LinkedQueue<number>();
      const model: number[] = [];
      const entries: QueueEntry<number>[] = [];
      for (const { kind, at } of acts) {
        if (kind === 'push') {
          model.push(entries.length);
          entries.push(queue.push(entries.length));
        } else if (kind === 'unshift') {
          model.unshift(entries.length);
          entries.push(queue.unshift(entries.length));
        } else if (kind === 'shift') {
          expect(queue.shift()).toBe(model.shift());
        } else {
          const entry = entries[at % Math.max(1, entries.length)];
          if (entry === undefined) continue;
          queue.remove(entry);
          if (model.includes(entry.item)) model.splice(model.indexOf(entry.item), 1);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.first).toBe(model[0]);
        expect([...queue]).toEqual(model);
      }
    }),
  );
});
