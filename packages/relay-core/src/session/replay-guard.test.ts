import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReplayGuard } from './replay-guard.js';

const WINDOW_MS = 8_000;

it('never admits a nonce twice while it must be remembered, and forgets it a slice later at the most', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 3_000 }),
    nonce: fc.integer({ min: 0, max: 6 }),
    keepMs: fc.integer({ min: 0, max: 2 * WINDOW_MS }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const guard = new ReplayGuard(WINDOW_MS);
      const keptUntil = new Map<number, number>();
      let ticks = 0;
      for (const { waitMs, nonce, keepMs } of steps) {
        ticks += waitMs;
        const until = keptUntil.get(nonce) ?? -Infinity;
        const admitted = guard.admit(String(nonce), { ticks, keepMs });
        if (ticks <= until) expect(admitted).toBe(false);
        if (ticks > until + WINDOW_MS / 8) expect(admitted).toBe(true);
        if (admitted) keptUntil.set(nonce, ticks + keepMs);
      }
    }),
  );
});

it('holds nothing of what has left the window', () => {
  const guard = new ReplayGuard(WINDOW_MS);
  for (let count = 0; count < 10_000; count += 1) guard.admit(`n${count}`, { ticks: count, keepMs: WINDOW_MS });
  guard.admit('last', { ticks: 10_000_000, keepMs: WINDOW_MS });
  expect(guard.size).toBe(1);
});
