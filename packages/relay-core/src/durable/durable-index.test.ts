import { DURABLE_BYTES_MAX, DURABLE_KEEP_MS } from '@telepat/otto-protocol/limits';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.js';
import { DurableEntry } from './durable-entry.js';
import { DurableIndex } from './durable-index.js';

it('behaves as a list that is searched does, and forgets what is older than a day, however the wall clock is set', () => {
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), at: fc.nat({ max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('look for room' as const), at: fc.nat({ max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), at: fc.nat({ max: 9 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('set the clock' as const), at: fc.integer({ min: -9, max: 99 }) }),
    },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const clock = new ManualClock();
      const index = new DurableIndex(clock);
      const added: DurableEntry[] = [];
      let model: DurableEntry[] = [];
      const addedAt = new Map<DurableEntry, number>();
      const isOver = (entry: DurableEntry) =>
        (addedAt.get(entry) ?? 0) <= clock.ticks() - DURABLE_KEEP_MS && !isWaitedFor(entry);
      for (const { kind, at } of acts) {
        const known = added[at % Math.max(1, added.length)];
        if (kind === 'add') {
          const entry = entryOf(added.length, { identity: `i${at % 2}`, nodeId: `n${at % 3}`, at: clock.now() });
          index.add(entry);
          addedAt.set(entry, clock.ticks());
          added.push(entry);
          model.push(entry);
        } else if (kind === 'remove' && known !== undefined) {
          index.remove(known);
          model = model.filter((entry) => entry !== known);
        } else if (kind === 'ask' && known !== undefined) {
          known.state = { phase: 'asking' };
        } else if (kind === 'look for room') {
          index.checkRoom(`i${at}`);
          model = model.filter((entry) => entry.identity !== `i${at}` || !isOver(entry));
        } else if (kind === 'wait' && at > 0) {
          // Whole hours: the sweep has just been when they are over.
          clock.advance((at * DURABLE_KEEP_MS) / 8);
          model = model.filter((entry) => !isOver(entry));
        } else if (kind === 'set the clock') {
          clock.jump(at * DURABLE_KEEP_MS);
        }
        expect(index.size).toBe(model.length);
        for (const identity of ['i0', 'i1']) {
          expect(index.ofIdentity(identity)).toEqual(model.filter((entry) => entry.identity === identity));
        }
        for (const entry of added) {
          const found = model.includes(entry) ? entry : undefined;
          expect(index.find(entry)).toBe(found);
          expect(index.ofRequest(entry.nodeId, entry.requestId)).toBe(found);
        }
      }
      index.close();
      expect(clock.armedCount).toBe(0);
    }),
  );
});

it('has room for so many bytes of one identity, and has it again when they are a day old', () => {
  const clock = new ManualClock();
  const index = new DurableIndex(clock);
  const entry = entryOf(1, { identity: 'i1', nodeId: 'n1', at: clock.now() });
  index.add(entry);
  index.setBytes(entry, DURABLE_BYTES_MAX);

  expect(() => index.checkRoom('i1')).toThrow(expect.objectContaining({ code: 'too_many_commands' }));
  expect(() => index.checkRoom('i2')).not.toThrow();

  clock.jump(DURABLE_KEEP_MS);
  expect(() => index.checkRoom('i1')).toThrow();
  clock.advance(DURABLE_KEEP_MS);
  expect(() => index.checkRoom('i1')).not.toThrow();
  index.close();
});

function entryOf(number: number, fields: { identity: string; nodeId: string; at: number }): DurableEntry {
  return new DurableEntry({ ...fields, key: `k${number}`, hash: '', requestId: `r${number}` }, { phase: 'unknown' });
}

function isWaitedFor({ state }: DurableEntry): boolean {
  return state.phase !== 'unknown' && state.phase !== 'done';
}
