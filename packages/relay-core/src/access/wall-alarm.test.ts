import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/index.js';
import { WallAlarm } from './wall-alarm.js';

function alarm() {
  const clock = new ManualClock();
  const rung: number[] = [];
  return { clock, rung, alarm: new WallAlarm(clock, { lookEveryMs: 1_000, ring: () => rung.push(clock.now()) }) };
}

describe('WallAlarm', () => {
  it('rings once, on time, however far away that is', () => {
    const { clock, rung, alarm: bell } = alarm();
    const at = clock.now() + 3_600_500;

    bell.set(at);
    clock.advance(7_200_000);

    expect(rung).toEqual([at]);
    expect(clock.armedCount).toBe(0);
  });

  it('rings at the next look when the clock is moved past its time', () => {
    const { clock, rung, alarm: bell } = alarm();
    bell.set(clock.now() + 3_600_000);

    clock.jump(4_000_000);
    clock.advance(1_000);

    expect(rung).toHaveLength(1);
  });

  it('can be moved earlier and later, or off, and setNoLater moves it earlier only', () => {
    const { clock, rung, alarm: bell } = alarm();
    const start = clock.now();

    bell.set(start + 500);
    bell.set(start + 900);
    bell.setNoLater(start + 950);
    bell.setNoLater(start + 700);
    clock.advance(2_000);
    bell.set(start + 3_000);
    bell.set(undefined);
    clock.advance(2_000);

    expect(rung).toEqual([start + 700]);
    expect(clock.armedCount).toBe(0);
  });

  it('never rings after close', () => {
    const { clock, rung, alarm: bell } = alarm();
    bell.set(clock.now() + 500);

    bell.close();
    bell.set(clock.now() + 600);
    clock.advance(1_000);

    expect(rung).toEqual([]);
    expect(clock.armedCount).toBe(0);
  });
});
