import { expect, it } from 'vitest';
import { BACKOFF_MS_MAX, BACKOFF_MS_MIN, backoffMs } from './backoff.js';

it('the longest wait doubles with each failure up to its bound', () => {
  const waits = [0, 1, 2, 3, 10, 1_000].map((failures) => backoffMs(failures, () => 1));

  expect(waits).toEqual([500, 1_000, 2_000, 4_000, BACKOFF_MS_MAX, BACKOFF_MS_MAX]);
});

it('whoever has a bound of its own waits no longer than that', () => {
  const waits = [0, 1, 2, 3].map((failures) => backoffMs(failures, () => 1, 1_500));

  expect(waits).toEqual([500, 1_000, 1_500, 1_500]);
});

it('chance moves the wait, and never out of its bounds', () => {
  for (let failures = 0; failures < 30; failures += 1) {
    const shortest = backoffMs(failures, () => 0);
    const longest = backoffMs(failures, () => 0.999_999);
    expect(shortest).toBe(BACKOFF_MS_MIN);
    expect(longest).toBeGreaterThan(shortest);
    expect(longest).toBeLessThanOrEqual(BACKOFF_MS_MAX);
  }
});
