import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { StrangersLimit, STRANGERS_ENTRIES_PER_MIN, type LeftOut } from './strangers-limit.js';

function world() {
  const clock = new ManualClock();
  const told: LeftOut[] = [];
  const limit = new StrangersLimit(clock, (sum) => told.push(sum));
  const admitted = (count: number, type: LeftOut['type'] = 'auth_rejected') =>
    Array.from({ length: count }, () => limit.admits(type)).filter(Boolean).length;
  return { clock, told, limit, admitted };
}

describe('StrangersLimit', () => {
  it('lets sixty entries of a type through in a minute, and tells at its end how many there were beside', () => {
    const { clock, told, admitted } = world();
    const since = new Date(clock.now()).toISOString();
    clock.advance(0);

    expect(admitted(STRANGERS_ENTRIES_PER_MIN)).toBe(60);
    clock.advance(30_000);
    expect(admitted(10_000)).toBe(0);
    expect(admitted(1, 'ws_upgrade_rejected')).toBe(1);
    clock.advance(29_999);
    expect(told).toEqual([]);
    clock.advance(1);

    expect(told).toEqual([{ type: 'auth_rejected', count: 10_000, since }]);
    expect(clock.armedCount).toBe(0);
    expect(admitted(61)).toBe(60);
  });

  it('counts anew when a minute is over, and tells nothing and arms nothing below the limit', () => {
    const { clock, told, admitted } = world();

    for (let minute = 0; minute < 3; minute += 1) {
      expect(admitted(60)).toBe(60);
      expect(clock.armedCount).toBe(0);
      clock.advance(60_000);
    }

    expect(told).toEqual([]);
  });

  it('tells at the end what was left out until then, and arms no timer any more', () => {
    const { clock, told, limit, admitted } = world();
    admitted(61);

    limit.close();

    expect(told).toMatchObject([{ type: 'auth_rejected', count: 1 }]);
    expect(clock.armedCount).toBe(0);
    expect(admitted(61)).toBe(60);
    expect(clock.armedCount).toBe(0);
  });
});
