import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.js';
import { TabLocks, type TabLock } from './tab-locks.js';

const HOLDERS = [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }];
const TABS = [
  { nodeId: 'n1', tabSessionId: 't1' },
  { nodeId: 'n1', tabSessionId: 't2' },
  { nodeId: 'n2', tabSessionId: 't1' },
];

it('behaves as a table of holders and times does, for any order of taking, renewing, giving back and waiting', () => {
  const holder = fc.constantFrom(...HOLDERS);
  const tab = fc.constantFrom(...TABS);
  const act = fc.oneof(
    fc.record({ kind: fc.constant('take' as const), tab, holder, leaseMs: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant('give back' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const clock = new ManualClock();
      const ends: End[] = [];
      const locks: TabLocks = new TabLocks(clock, {
        lockReleased: (lock) => ends.push(endOf('released', lock)),
        lockExpired: (lock) => ends.push(endOf('expired', lock)),
      });
      /** Watchers are told when the tab is free, at the very moment. */
      const endOf = (how: End['how'], { nodeId, tabSessionId, requestId }: TabLock): End => {
        expect(locks.find(nodeId, tabSessionId)).toBeUndefined();
        return { how, requestId, at: clock.ticks() };
      };
      const taken: TabLock[] = [];
      const model = new Map<string, { lock: TabLock; until: number }>();
      const expectedEnds: End[] = [];

      for (const each of acts) {
        if (each.kind === 'take') {
          const { nodeId, tabSessionId } = each.tab;
          const held = model.get(keyOf(each.tab));
          if (held !== undefined && held.lock.holder !== each.holder) continue;
          const terms = { holder: each.holder, leaseMs: each.leaseMs, requestId: `r${taken.length}` };
          const lock = locks.hold(nodeId, tabSessionId, terms);
          expect(lock).toMatchObject({ ...terms, expiresAt: clock.now() + each.leaseMs });
          taken.push(lock);
          model.set(keyOf(each.tab), { lock, until: clock.ticks() + each.leaseMs });
        } else if (each.kind === 'give back') {
          // Also one that was renewed since, or has ended: that changes nothing.
          const lock = taken[each.at % Math.max(1, taken.length)];
          if (lock === undefined) continue;
          locks.release(lock);
          if (model.get(keyOf(lock))?.lock !== lock) continue;
          model.delete(keyOf(lock));
          expectedEnds.push({ how: 'released', requestId: lock.requestId, at: clock.ticks() });
        } else {
          clock.advance(each.ms);
          const due = [...model.values()].filter(({ until }) => until <= clock.ticks());
          for (const { lock, until } of due.sort((a, b) => a.until - b.until || ageOf(a.lock) - ageOf(b.lock))) {
            model.delete(keyOf(lock));
            expectedEnds.push({ how: 'expired', requestId: lock.requestId, at: until });
          }
        }
        expect(ends).toEqual(expectedEnds);
        expect(locks.size).toBe(model.size);
        expect(clock.armedCount).toBe(model.size);
        for (const { nodeId, tabSessionId } of TABS) {
          const held = model.get(keyOf({ nodeId, tabSessionId }))?.lock;
          expect(locks.find(nodeId, tabSessionId)).toBe(held);
          expect(locks.holderOf(nodeId, tabSessionId)).toBe(held?.holder);
        }
      }
      locks.close();
      expect(clock.armedCount).toBe(0);
      expect(ends).toEqual(expectedEnds);
    }),
  );
});

function keyOf({ nodeId, tabSessionId }: { nodeId: string; tabSessionId: string }): string {
  return `${nodeId}:${tabSessionId}`;
}

/** Locks are numbered as they are taken. */
function ageOf({ requestId }: TabLock): number {
  return Number(requestId.slice(1));
}

interface End {
  readonly how: 'released' | 'expired';
  readonly requestId: string;
  /** In ticks of the clock. */
  readonly at: number;
}
