import { expect, it } from 'vitest';
import { tempFolder } from './support/temp-folder.js';
import { bundle } from './support/bundle.mjs';
import { torture } from './torture/torture.js';

/** A dozen relays are started; on a busy machine that takes its time. */
const TIMEOUT_MS = 180_000;

const SEED = 11;

it(
  'a relay that is killed again and again keeps every change that it acknowledged, and nothing that it ended comes back',
  async () => {
    const folder = tempFolder();
    const program = await bundle(new URL('./children/torture-relay.ts', import.meta.url), tempFolder());

    const { cycles, failures, acknowledged, plans } = await torture({ program, folder, cycles: 10, seed: SEED });

    expect(failures).toEqual([]);
    expect(cycles).toBe(10);
    for (const risk of ['none', 'volatile', 'failing', 'fatal', 'fatal in a rewrite'])
      expect(Object.keys(plans).join(' · ')).toContain(risk);
    expect(acknowledged['refresh']).toBeGreaterThan(20);
  },
  TIMEOUT_MS,
);
