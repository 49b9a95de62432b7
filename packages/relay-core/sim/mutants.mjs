// Shows that the simulation bites: breaks the core on purpose, in one way at a time, and expects each to be caught.
//   npm run sim:mutants               all of them
//   npm run sim:mutants -- disk lock  those whose name has one of these words
import { withBundle } from './bundle.mjs';
import { runCrew } from './crew.mjs';
import { MUTATIONS } from './mutations.mjs';

/** Within so many seeds each mutation must be caught: as many as the tests run. */
const SEEDS_MAX = 2_000;

/** @param {readonly import('./mutations.mjs').Mutation[]} mutations */
async function main(mutations) {
  const width = Math.max(...mutations.map(({ name }) => name.length));
  let survivors = 0;
  for (const mutation of mutations) {
    const hunt = (/** @type {string} */ bundle) => runCrew({ bundle, from: 1, to: 1 + SEEDS_MAX });
    const { brokenSeed, invariant, seeds } = await withBundle(hunt, mutation);
    const isCaught = brokenSeed !== undefined;
    if (!isCaught) survivors += 1;
    const fate = isCaught ? `caught by ${invariant}, seed ${brokenSeed}` : `SURVIVED ${seeds} seeds`;
    process.stdout.write(`${isCaught ? '✓' : '✗'} ${mutation.name.padEnd(width)}  ${fate}\n`);
  }
  process.stdout.write(`${mutations.length - survivors} of ${mutations.length} mutations were caught\n`);
  return survivors === 0;
}

const words = process.argv.slice(2);
const chosen = MUTATIONS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
process.exitCode = (await main(chosen)) ? 0 : 1;
