import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { IDLE_LENGTHS_MAX, SharedTimers } from './shared-timers.js';

function sharedTimers() {
  const clock = new ManualClock();
  const timers = new SharedTimers(clock);
  const ran: string[] = [];
  const after = (ms: number, name: string) => timers.after(ms, () => ran.push(name));
  return { clock, timers, ran, after };
}

describe('SharedTimers', () => {
  it('each goes off at its own time, whatever the length of the others', () => {
    const { clock, ran, after } = sharedTimers();
    after(30, 'late');
    after(10, 'early');
    clock.advance(5);
    after(10, 'second of ten');

    clock.advance(4);
    expect(ran).toEqual([]);
    clock.advance(1);
    expect(ran).toEqual(['early']);
    clock.advance(5);
    expect(ran).toEqual(['early', 'second of ten']);
    clock.advance(15);
    expect(ran).toEqual(['early', 'second of ten', 'late']);
    expect(clock.armedCount).toBe(0);
  });

  it('those of one length take one timer of the clock, and the cancelled none of their own', () => {
    const { clock, ran, after } = sharedTimers();
    const first = after(10, 'first');
    const middle = after(10, 'middle');
    after(10, 'last');
    expect(clock.armedCount).toBe(1);

    first.cancel();
    middle.cancel();
    middle.cancel();
    clock.advance(10);
    expect(ran).toEqual(['last']);
    expect(clock.armedCount).toBe(0);
  });

  it('one that was set after all others were cancelled is not early', () => {
    const { clock, ran, after } = sharedTimers();
    after(10, 'cancelled').cancel();
    clock.advance(9);
    after(10, 'next');

    clock.advance(9);
    expect(ran).toEqual([]);
    clock.advance(1);
    expect(ran).toEqual(['next']);
  });

  it('a timer of the clock that comes a little early is waited for once more', () => {
    let ticks = 0;
    const waits: { ms: number; run: () => void }[] = [];
    const after = (ms: number, run: () => void) => ({ cancel: () => undefined, at: waits.push({ ms, run }) });
    const timers = new SharedTimers({ now: () => ticks, ticks: () => ticks, after });
    let count = 0;
    timers.after(10, () => (count += 1));

    ticks = 9.5;
    waits[0]?.run();
    expect(count).toBe(0);
    expect(waits[1]?.ms).toBe(0.5);
    ticks = 10;
    waits[1]?.run();
    expect(count).toBe(1);
    expect(waits).toHaveLength(2);
  });

  it('what is set while others go off has its own time', () => {
    const { clock, timers, ran, after } = sharedTimers();
    timers.after(10, () => after(10, 'anew'));
    after(10, 'same moment');

    clock.advance(10);
    expect(ran).toEqual(['same moment']);
    clock.advance(9);
    expect(ran).toEqual(['same moment']);
    clock.advance(1);
    expect(ran).toEqual(['same moment', 'anew']);
  });

  it('what one throws is for the clock, and costs no other its turn', () => {
    const { clock, timers, ran, after } = sharedTimers();
    timers.after(10, () => {
      throw new Error('a bug');
    });
    after(10, 'same moment');
    after(10, 'another');

    expect(() => clock.advance(10)).toThrow('a bug');
    clock.advance(0);
    expect(ran).toEqual(['same moment', 'another']);
    expect(clock.armedCount).toBe(0);
  });

  it('cleared, also by one that goes off, none of them is armed or runs, and new ones do', () => {
    const { clock, timers, ran, after } = sharedTimers();
    after(5, 'of another length');
    timers.after(10, () => {
      timers.clear();
      after(10, 'anew');
    });
    after(10, 'same moment');
    clock.advance(10);
    expect(ran).toEqual(['of another length']);
    expect(clock.armedCount).toBe(1);

    clock.advance(10);
    expect(ran).toEqual(['of another length', 'anew']);
    after(10, 'gone');
    timers.clear();
    expect(clock.armedCount).toBe(0);
  });

  it('lengths for which nobody waits keep no more than a few timers, however many there were', () => {
    const { clock, after } = sharedTimers();
    for (let ms = 1; ms <= 1_000; ms += 1) after(ms, 'cancelled').cancel();
    expect(clock.armedCount).toBe(IDLE_LENGTHS_MAX);

    clock.advance(1_000);
    expect(clock.armedCount).toBe(0);
  });
});
