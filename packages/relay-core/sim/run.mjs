// Storms over the relay's core, each from a seed, until one breaks an invariant.
//   npm run sim -- --seeds 2000     so many seeds; --from N begins elsewhere than at 1
//   npm run sim -- --minutes 20     as many as there is time for
//   npm run sim -- --seed 1234      one; if it breaks something, the shortest history that still does
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { withBundle } from './bundle.mjs';
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

/** @param {string} bundle */
async function main(bundle) {
  /** @type {typeof import('./main.js')} */
  const simulation = await import(pathToFileURL(bundle).href);
  return values.seed === undefined ? many(simulation, bundle) : one(simulation, number('seed', values.seed));
}

/**
 * @param {typeof import('./main.js')} simulation
 * @param {number} seed
 */
async function one({ reportOn, runSeed }, seed) {
  const report = await reportOn(seed);
  if (report !== undefined) return say(report, false);
  const { commands, history } = await runSeed(seed);
  return say(`seed ${seed} is well: ${history.steps.length} steps, ${commands} commands`, true);
}

/**
 * @param {typeof import('./main.js')} simulation
 * @param {string} bundle
 */
async function many({ reportOn, INVARIANTS }, bundle) {
  const from = number('from', values.from);
  const minutes = values.minutes === undefined ? {} : { minutes: number('minutes', values.minutes) };
  const seeds = number('seeds', values.seeds ?? (values.minutes === undefined ? String(SEEDS_DEFAULT) : '1e12'));
  let saidAt = 0;
  const result = await runCrew({
    bundle,
    from,
    to: from + seeds,
    ...minutes,
    onProgress: (sums) => {
      if (sums.elapsedMs - saidAt < PROGRESS_MS) return;
      saidAt = sums.elapsedMs;
      say(summary(sums), true);
    },
  });
  say(summary(result), true);
  const { brokenSeed } = result;
  if (brokenSeed === undefined) return say(`all ${Object.keys(INVARIANTS).length} invariants held`, true);
  say(`shrinking the history of seed ${brokenSeed}`, false);
  return say((await reportOn(brokenSeed)) ?? `seed ${brokenSeed} is well when it runs again`, false);
}

/** @param {{ seeds: number, commands: number, elapsedMs: number }} sums */
function summary({ seeds, commands, elapsedMs }) {
  const seconds = elapsedMs / 1_000;
  return `${seeds} seeds, ${commands} commands, ${seconds.toFixed(0)} s, ${(seeds / seconds).toFixed(0)} seeds/s`;
}

/**
 * @param {string} text
 * @param {boolean} isWell
 */
function say(text, isWell) {
  process.stdout.write(`${text}\n`);
  return isWell;
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

process.exitCode = (await withBundle(main)) ? 0 : 1;
