import { describe, expect, it } from 'vitest';
import { simulateLoop } from './event-loop.mjs';

const plan = { serviceMs: 2, nodeMs: 100, commands: 20_000 };

describe('simulateLoop', () => {
  it('a loop that has next to nothing to do delays a command by what it takes itself', () => {
    const { p50Ms } = simulateLoop({ ...plan, load: 0.001 });

    expect(p50Ms).toBeCloseTo(2, 6);
  });

  it('waits as the theory of queues says: half a service for each that is ahead, on average', () => {
    // M/D/1: the mean wait is load / (2 × (1 − load)) services; the median is not far from it.
    const { p50Ms, p99Ms } = simulateLoop({ ...plan, load: 0.8, commands: 200_000 });

    expect(p50Ms).toBeGreaterThan(2 + 2);
    expect(p50Ms).toBeLessThan(2 + 2 * 4);
    expect(p99Ms).toBeGreaterThan(2 * p50Ms);
  });

  it('the busier the loop, the longer the way', () => {
    const delays = [0.3, 0.6, 0.9].map((load) => simulateLoop({ ...plan, load }).p99Ms);

    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('comes to the same each time', () => {
    expect(simulateLoop({ ...plan, load: 0.9 })).toEqual(simulateLoop({ ...plan, load: 0.9 }));
  });
});
