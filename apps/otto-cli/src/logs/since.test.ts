import { describe, expect, it } from 'vitest';
import { since } from './since.js';

describe('a time on the command line', () => {
  it('is taken as ISO-8601 or as a date', () => {
    expect(since.parse('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
    expect(since.parse('2026-01-31T12:00:00+02:00')).toBe('2026-01-31T10:00:00.000Z');
    expect(since.parse('2026-01-31')).toBe('2026-01-31T00:00:00.000Z');
  });

  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
  ])('is taken as how long ago: %s', (typed, ms) => {
    const before = Date.now();
    const at = Date.parse(since.parse(typed));
    expect(at).toBeGreaterThanOrEqual(before - ms);
    expect(at).toBeLessThanOrEqual(Date.now() - ms);
  });

  it('never lies before the beginning of time', () => {
    expect(since.parse('999999999d')).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each(['', 'yesterday', '5', '5 m', '-1h', '2026-13-45', '12:00'])('is refused as %j', (typed) => {
    expect(since.safeParse(typed).success).toBe(false);
  });
});
