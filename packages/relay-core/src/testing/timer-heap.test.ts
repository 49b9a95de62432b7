import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Timer } from '../ports/clock.js';
import { TimerHeap } from './timer-heap.js';

it('gives timers as a sorted list does, for any order of arming, cancelling and taking', () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('arm' as const), number: fc.integer({ min: 0, max: 40 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), number: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), number: fc.constant(0) }) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 150, size: 'max' }), (acts) => {
      const heap = new TimerHeap();
      const handles: Timer[] = [];
      const ran: number[] = [];
      let model: { dueAt: number; id: number }[] = [];
      const first = () => [...model].sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)[0];
      for (const { kind, number } of acts) {
        if (kind === 'arm') {
          const id = handles.length;
          model.push({ dueAt: number, id });
          handles.push(heap.arm(number, () => ran.push(id)));
        } else if (kind === 'cancel') {
          const id = number % Math.max(1, handles.length);
          handles[id]?.cancel();
          model = model.filter((timer) => timer.id !== id);
        } else {
          const expected = first();
          heap.takeNext()?.();
          if (expected !== undefined) expect(ran.at(-1)).toBe(expected.id);
          model = model.filter((timer) => timer !== expected);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.nextDueAt).toBe(first()?.dueAt);
      }
      expect(new Set(ran).size).toBe(ran.length);
    }),
  );
});

it('keeps its order when a timer of a sooner branch takes the place of a cancelled one in a later branch', () => {
  const heap = new TimerHeap();
  const timers = [3, 4, 5, 7, 6, 2, 1].map((dueAt) => heap.arm(dueAt, () => undefined));

  timers[3]?.cancel();

  const order: unknown[] = [];
  for (let next = heap.nextDueAt; next !== undefined; next = heap.nextDueAt) {
    order.push(next);
    heap.takeNext();
  }
  expect(order).toEqual([1, 2, 3, 4, 5, 6]);
});
