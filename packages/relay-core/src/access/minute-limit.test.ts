import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { MinuteLimit } from './minute-limit.js';

describe('MinuteLimit', () => {
  it('is reached for a full minute from the last one that was allowed', () => {
    const clock = new ManualClock();
    const limit = new MinuteLimit(clock, 2);

    limit.count('a');
    clock.advance(59_999);
    limit.count('a');
    expect(limit.isReached('a')).toBe(true);
    expect(limit.isReached('b')).toBe(false);
    clock.advance(59_999);
    expect(limit.isReached('a')).toBe(true);
    clock.advance(1);

    expect(limit.isReached('a')).toBe(false);
  });

  it('forgets what is older than the minute that began with the first', () => {
    const clock = new ManualClock();
    const limit = new MinuteLimit(clock, 2);

    limit.count('a');
    clock.advance(60_000);
    limit.count('a');

    expect(limit.isReached('a')).toBe(false);
  });

  it('does not notice that somebody sets the wall clock', () => {
    const clock = new ManualClock();
    const limit = new MinuteLimit(clock, 1);

    limit.count('a');
    clock.jump(3_600_000);

    expect(limit.isReached('a')).toBe(true);
  });

  it('a count that is taken back does not count', () => {
    const limit = new MinuteLimit(new ManualClock(), 1);

    limit.count('a');
    limit.uncount('a');

    expect(limit.isReached('a')).toBe(false);
  });

  it('counts ten thousand keys, and then forgets the oldest for a new one', () => {
    const limit = new MinuteLimit(new ManualClock(), 1);

    for (let key = 0; key <= 10_000; key += 1) limit.count(String(key));

    expect(limit.isReached('0')).toBe(false);
    expect(limit.isReached('1')).toBe(true);
    expect(limit.isReached('10000')).toBe(true);
  });
});
