import { describe, expect, it } from 'vitest';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { RandomIds } from './ids.js';

describe('RandomIds', () => {
  it('makes ids of their prefix and 22 characters of base 62', () => {
    const ids = new RandomIds();

    expect(ids.next('ctl')).toMatch(/^ctl_[0-9A-Za-z]{22}$/);
  });

  it('never makes an id twice', () => {
    const ids = new RandomIds();

    const made = new Set(Array.from({ length: 5_000 }, () => ids.next('clt')));

    expect(made.size).toBe(5_000);
  });

  it('favours no letter', () => {
    const ids = new RandomIds();
    const counts = new Map<string, number>();
    for (let round = 0; round < 3_000; round += 1) {
      for (const letter of ids.next('req').slice(4)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }

    const mean = (3_000 * 22) / 62;
    // Eight standard deviations: a bias by modulo would be at 25 % of the mean, which is beyond.
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(8 * Math.sqrt(mean));
    expect(counts.size).toBe(62);
  });

  it('makes ids of log entries that sort by time, also within a millisecond and when the clock goes back', () => {
    const clock = new ManualClock();
    const ids = new RandomIds();
    const made: string[] = [];
    for (let round = 0; round < 200; round += 1) {
      made.push(ids.logEntryId(clock.now()));
      if (round % 50 === 0) clock.advance(1);
      if (round === 120) clock.jump(-60_000);
    }

    expect(made).toEqual([...made].sort());
    expect(new Set(made).size).toBe(200);
  });
});
