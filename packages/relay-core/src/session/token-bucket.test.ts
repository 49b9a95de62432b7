import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

it('in any stretch of time gives at most its burst and its rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 }),
      (perMinute, waits) => {
        const bucket = new TokenBucket(perMinute, 0);
        let ticks = 0;
        let taken = 0;
        for (const waitMs of waits) {
          ticks += waitMs;
          if (bucket.take(ticks) === 0) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(perMinute + (ticks * perMinute) / 60_000 + 1e-6);
      },
    ),
  );
});

it('says after how long the next one is there, and keeps its word', () => {
  const bucket = new TokenBucket(60, 0);
  for (let count = 0; count < 60; count += 1) expect(bucket.take(0)).toBe(0);
  const waitMs = bucket.take(0);
  expect(waitMs).toBe(1_000);
  expect(bucket.take(waitMs - 1)).toBe(1);
  expect(bucket.take(waitMs)).toBe(0);
});
