import { ManualClock } from '@telepat/otto-relay-core/testing';
import { expect, it } from 'vitest';
import { CommandDeadline } from './command-deadline.js';

it('is over once, when its time is', () => {
  const { clock, ends } = world();

  clock.advance(29_999);
  expect(ends).toEqual([]);
  clock.advance(60_000);

  expect(ends).toEqual([30_000]);
});

it('can be put off, and what is left is known at any moment', () => {
  const { clock, deadline, ends } = world();
  clock.advance(20_000);
  expect(deadline.msLeft).toBe(10_000);

  deadline.putOff(25_000);
  expect(deadline.msLeft).toBe(25_000);
  clock.advance(60_000);

  expect(ends).toEqual([45_000]);
  expect(deadline.msLeft).toBe(0);
});

it('is never put forward', () => {
  const { clock, deadline, ends } = world();

  deadline.putOff(1_000);
  clock.advance(30_000);

  expect(ends).toEqual([30_000]);
});

it('that is cancelled leaves no timer', () => {
  const { clock, deadline } = world();
  deadline.putOff(40_000);

  deadline.cancel();

  expect(clock.armedCount).toBe(0);
});

/** A deadline of 30 s, and when it was over. */
function world() {
  const clock = new ManualClock();
  const ends: number[] = [];
  const began = clock.ticks();
  const deadline = new CommandDeadline(clock, 30_000, () => ends.push(clock.ticks() - began));
  return { clock, deadline, ends };
}
