import { expect, it } from 'vitest';
import { BACKOFF_MS_MAX, BACKOFF_MS_MIN, backoffMs } from './backoff.js';

it('the wait doubles with each failure up to its bound', () => {
  const waits = [0, 1, 2, 3, 10, 1_000].map((failures) => backoffMs(failures, () => 0));

  expect(waits).toEqual([100, 200, 400, 800, BACKOFF_MS_MAX / 2, BACKOFF_MS_MAX / 2]);
});

it('chance moves the wait, and never out of its bounds', () => {
  for (let failures = 0; failures < 30; failures += 1) {
    const shortest = backoffMs(failures, () => 0);
    const longest = backoffMs(failures, () => 0.999_999);
    expect(shortest).toBeGreaterThanOrEqual(BACKOFF_MS_MIN);
    expect(longest).toBeGreaterThan(shortest);
    expect(longest).toBeLessThanOrEqual(BACKOFF_MS_MAX);
  }
});
