import { expect, it } from 'vitest';
import { tempFolder } from './support/temp-folder.js';
import { bundle } from './support/bundle.mjs';
import { torture } from './torture/torture.js';

/** Its ten cycles meet every kind of risk. */
const SEED = 11;

it('a relay that is killed again and again keeps every change that it acknowledged, and nothing that it ended comes back', async () => {
  const folder = tempFolder();
  const program = await bundle(new URL('./children/torture-relay.ts', import.meta.url), tempFolder());

  const { cycles, failures, acknowledged } = await torture({ program, folder, cycles: 10, seed: SEED });

  expect(failures).toEqual([]);
  expect(cycles).toBe(10);
  expect(acknowledged['refresh']).toBeGreaterThan(20);
});
