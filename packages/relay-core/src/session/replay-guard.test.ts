import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { RELAY_TIME_STRETCH, RelayTime } from './relay-time.js';
import { ReplayGuard } from './replay-guard.js';

const WINDOW_MS = 8_000;

/** Time passes, the wall clock is set, and a frame comes: stamped so many milliseconds off the relay's time. */
const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 3_000 }),
  jumpMs: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: -100_000, max: 100_000 })),
  nonce: fc.integer({ min: 0, max: 6 }),
  offMs: fc.integer({ min: -WINDOW_MS, max: WINDOW_MS }),
});

it('admits no frame twice, however the wall clock is set, and forgets each when its timestamp has left the window', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const clock = new ManualClock();
      const relayTime = new RelayTime(clock);
      const guard = new ReplayGuard(WINDOW_MS);
      const admittedFrames: { nonce: number; sentAt: number }[] = [];
      let before = -Infinity;
      for (const { waitMs, jumpMs, nonce, offMs } of steps) {
        clock.advance(waitMs);
        clock.jump(jumpMs);
        const now = relayTime.now();
        expect(now).toBeGreaterThanOrEqual(Math.max(before, clock.now()));
        before = now;

        const inWindow = admittedFrames.filter(({ sentAt }) => Math.abs(now - sentAt) <= WINDOW_MS);
        for (const replay of inWindow) {
          expect(guard.admit(String(replay.nonce), { now, sentAt: replay.sentAt })).toBe(false);
        }
        const isKnown = admittedFrames.some((frame) => frame.nonce === nonce && now <= frame.sentAt + WINDOW_MS);
        expect(guard.admit(String(nonce), { now, sentAt: now + offMs })).toBe(!isKnown);
        if (!isKnown) admittedFrames.push({ nonce, sentAt: now + offMs });
      }
    }),
  );
});

it('holds no more than came within two windows and a slice, whatever the wall clock does', () => {
  const waits = fc.array(
    fc.record({ waitMs: fc.integer({ min: 1, max: 400 }), jumpMs: fc.integer({ min: -9_000, max: 50 }) }),
    {
      minLength: 100,
      maxLength: 400,
    },
  );
  fc.assert(
    fc.property(waits, (steps) => {
      const clock = new ManualClock();
      const relayTime = new RelayTime(clock);
      const guard = new ReplayGuard(WINDOW_MS);
      const cameAt: number[] = [];
      for (const [at, { waitMs, jumpMs }] of steps.entries()) {
        clock.advance(waitMs);
        clock.jump(jumpMs);
        const now = relayTime.now();
        guard.admit(`n${at}`, { now, sentAt: now + WINDOW_MS });
        cameAt.push(clock.ticks());
        const keptMs = (2 + 1 / 8) * WINDOW_MS * RELAY_TIME_STRETCH;
        expect(guard.size).toBeLessThanOrEqual(cameAt.filter((ticks) => ticks > clock.ticks() - keptMs - 1).length);
      }
    }),
    { numRuns: 40 },
  );
});

it('holds nothing of what has left the window, also when the wall clock was set far ahead', () => {
  const guard = new ReplayGuard(WINDOW_MS);
  for (let count = 0; count < 10_000; count += 1) guard.admit(`n${count}`, { now: count, sentAt: count });
  guard.admit('last', { now: 1e12, sentAt: 1e12 });
  expect(guard.size).toBe(1);
});

it('goes on at once after the wall clock was set far ahead: what lies between is not looked through', () => {
  const guard = new ReplayGuard(8);
  // Slices of a millisecond: looking at each of those in between would take longer than a test may.
  for (const now of [0, 5e9, 5e9 + 1, 1e10]) expect(guard.admit('n', { now, sentAt: now })).toBe(now !== 5e9 + 1);
});

it('remembers a nonce to the last moment of the window, and one that came again when its first is forgotten', () => {
  const guard = new ReplayGuard(8);
  expect([0, 8, 9].map((now) => guard.admit('edge', { now, sentAt: now }))).toEqual([true, false, true]);

  const again = new ReplayGuard(8);
  const times = [
    { now: 0, sentAt: -8 },
    { now: 0.5, sentAt: 8 },
    { now: 1, sentAt: 8 },
  ];
  expect(times.map((each) => again.admit('again', each))).toEqual([true, true, false]);
});
