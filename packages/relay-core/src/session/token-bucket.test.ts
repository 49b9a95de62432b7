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

it('gives exactly what a bucket gives that is filled millisecond by millisecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })), { maxLength: 100 }),
      (perMinute, waits) => {
        const bucket = new TokenBucket(perMinute, 0);
        let ticks = 0;
        /** In sixty-thousandths of a token: so many come in every millisecond. */
        let fill = perMinute * 60_000;
        for (const waitMs of waits) {
          for (let count = 0; count < waitMs; count += 1) fill = Math.min(perMinute * 60_000, fill + perMinute);
          ticks += waitMs;
          const isThere = fill >= 60_000;
          const retryMs = bucket.take(ticks);
          expect(retryMs === 0).toBe(isThere);
          if (isThere) fill -= 60_000;
          else expect(fill + retryMs * perMinute).toBeGreaterThanOrEqual(60_000);
        }
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
