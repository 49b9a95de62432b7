// Storms over the relay's core, each from a seed, until one breaks an invariant.
//   npm run sim -- --seeds 2000     so many seeds; --from N begins elsewhere than at 1
//   npm run sim -- --minutes 20     as many as there is time for
//   npm run sim -- --seed 1234      one; if it breaks something, the shortest history that still does
//   npm run sim -- --counts         tells at the end what happened, and how often
//   npm run sim -- --mutant 'words' over a core that is broken on purpose, as mutations.mjs says
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { withBundle } from './bundle.mjs';
import { runCrew } from './crew.mjs';
import { ALL_MUTATIONS } from './mutation-list.mjs';

const PROGRESS_MS = 5_000;
const SEEDS_DEFAULT = 2_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string', default: '1' },
    counts: { type: 'boolean', default: false },
    mutant: { type: 'string' },
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
  const report = await reportOn(seed, again(seed));
  if (report !== undefined) return say(report, false);
  const { commands, history } = await runSeed(seed);
  return say(`seed ${seed} is well: ${history.steps.length} steps, ${commands} commands`, true);
}

/**
 * @param {typeof import('./main.js')} simulation
 * @param {string} bundle
 */
async function many({ faultsIn, reportOn, tableOf, INVARIANTS }, bundle) {
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
      say(summary(sums, faultsIn(sums.counts)), true);
    },
  });
  say(summary(result, faultsIn(result.counts)), true);
  if (values.counts) say(tableOf(result.counts), true);
  const { brokenSeed } = result;
  if (brokenSeed === undefined) return say(`all ${Object.keys(INVARIANTS).length} invariants held`, true);
  say(`shrinking the history of seed ${brokenSeed}`, false);
  return say((await reportOn(brokenSeed, again(brokenSeed))) ?? `seed ${brokenSeed} is well when it runs again`, false);
}

/**
 * @param {import('./crew.d.mts').Sums} sums
 * @param {number} faults
 */
function summary({ seeds, commands, counts, elapsedMs, heapBytes }, faults) {
  const seconds = elapsedMs / 1_000;
  const frames = (counts['frames to the relay'] ?? 0) + (counts['frames of the relay'] ?? 0);
  return [
    `${seeds} seeds, ${commands} commands, ${faults} faults, ${frames} frames, ${seconds.toFixed(0)} s`,
    `${(seeds / seconds).toFixed(0)} seeds/s, heap ${(heapBytes / 1_048_576).toFixed(0)} MB`,
  ].join(', ');
}

/**
 * The one command that shows a seed's history once more.
 *
 * @param {number} seed
 */
function again(seed) {
  return `npm run sim -- --seed ${seed}${values.mutant === undefined ? '' : ` --mutant '${values.mutant}'`}`;
}

/** @param {string | undefined} name */
function mutationNamed(name) {
  if (name === undefined) return undefined;
  const mutation = ALL_MUTATIONS.find((each) => each.name.includes(name));
  if (mutation === undefined) throw new Error(`No mutation has a name like this: ${name}`);
  return mutation;
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

process.exitCode = (await withBundle(main, mutationNamed(values.mutant))) ? 0 : 1;
