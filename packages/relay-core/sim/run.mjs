// Storms over the relay's core, each from a seed, until one breaks an invariant.
//   npm run sim -- --seeds 2000     so many seeds; --from N begins elsewhere than at 1
//   npm run sim -- --minutes 20     as many as there is time for
//   npm run sim -- --seed 1234      one; if it breaks something, the shortest history that still does
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { runCrew } from './crew.mjs';

const PROGRESS_MS = 5_000;
const SEEDS_DEFAULT = 2_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string', default: '1' },
  },
});

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'otto-sim-'));
  try {
    const outfile = join(folder, 'sim.mjs');
    await bundle({ outfile });
    /** @type {typeof import('./main.js')} */
    const simulation = await import(pathToFileURL(outfile).href);
    if (values.seed !== undefined) return await one(simulation, number('seed', values.seed));
    return await many(simulation, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import('./main.js')} simulation
 * @param {number} seed
 */
async function one({ reportOn, runSeed }, seed) {
  const report = await reportOn(seed);
  if (report !== undefined) {
    process.stdout.write(`${report}\n`);
    return false;
  }
  const { commands, history } = await runSeed(seed);
  process.stdout.write(`seed ${seed} is well: ${history.steps.length} steps, ${commands} commands\n`);
  return true;
}

/**
 * @param {typeof import('./main.js')} simulation
 * @param {string} outfile
 */
async function many({ reportOn, INVARIANTS }, outfile) {
  const from = number('from', values.from);
  const minutes = values.minutes === undefined ? undefined : number('minutes', values.minutes);
  const seeds = number('seeds', values.seeds ?? (minutes === undefined ? String(SEEDS_DEFAULT) : '1e12'));
  const started = Date.now();
  let saidAt = started;
  const result = await runCrew({
    bundle: outfile,
    from,
    to: from + seeds,
    ...(minutes === undefined ? {} : { minutes }),
    onProgress: (sums) => {
      if (Date.now() - saidAt < PROGRESS_MS) return;
      saidAt = Date.now();
      process.stdout.write(`${summary(sums, started)}\n`);
    },
  });
  process.stdout.write(`${summary(result, started)}\n`);
  if (result.brokenSeed === undefined) {
    process.stdout.write(`all ${Object.keys(INVARIANTS).length} invariants held\n`);
    return true;
  }
  process.stdout.write(`shrinking the history of seed ${result.brokenSeed} …\n`);
  process.stdout.write(`${(await reportOn(result.brokenSeed)) ?? 'it is well when it runs again'}\n`);
  return false;
}

/**
 * @param {{ seeds: number, commands: number }} sums
 * @param {number} started
 */
function summary({ seeds, commands }, started) {
  const seconds = (Date.now() - started) / 1_000;
  return `${seeds} seeds, ${commands} commands, ${seconds.toFixed(0)} s, ${(seeds / seconds).toFixed(0)} seeds/s`;
}

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number: ${text}`);
  return value;
}

process.exitCode = (await main()) ? 0 : 1;
