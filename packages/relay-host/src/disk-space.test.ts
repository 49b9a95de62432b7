import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { DiskSpace } from './disk-space.js';

const MIB = 1_048_576;

function world(measure: () => Promise<number>) {
  const clock = new ManualClock();
  const space = new DiskSpace({ folder: '/relay', clock, measure });
  onTestFinished(() => space.close());
  return { clock, space };
}

it('a disk with room is not worth a word', async () => {
  const { space } = world(() => Promise.resolve(100 * MIB));

  await space.start();

  expect(space.warning()).toBeUndefined();
});

it('a disk that fills up while the relay runs is warned of, until there is room again', async () => {
  let free = 100 * MIB;
  const { clock, space } = world(() => Promise.resolve(free));
  await space.start();

  free = 10 * MIB;
  clock.advance(30_000);
  await expect.poll(() => space.warning()).toBe('The disk of /relay is nearly full: 10 MiB are left.');

  free = 100 * MIB;
  clock.advance(30_000);
  await expect.poll(() => space.warning()).toBeUndefined();
});

it('nothing is said where free space cannot be told', async () => {
  const { space } = world(() => Promise.reject(new Error('ENOSYS')));

  await space.start();

  expect(space.warning()).toBeUndefined();
});

it('nobody looks any more after it was closed', async () => {
  const { clock, space } = world(() => Promise.resolve(0));
  await space.start();

  space.close();

  expect(clock.armedCount).toBe(0);
});
