// Shows that the simulation bites: breaks the core on purpose, in one way at a time, and expects each to be caught.
//   npm run sim:mutants                 all of them
//   npm run sim:mutants -- disk lock    those whose name has one of these words
// How one was caught is told by: npm run sim -- --seed N --mutant 'its name'
import { ALL_MUTATIONS } from './mutation-list.mjs';
import { SEEDS_MAX, hunt } from './hunt.mjs';

/** @param {readonly import('./mutations.mjs').Mutation[]} mutations */
async function main(mutations) {
  const width = Math.max(...mutations.map(({ name }) => name.length));
  let survivors = 0;
  for (const mutation of mutations) {
    const { brokenSeed, invariant, problem } = await hunt(mutation).catch(problemOf);
    const isCaught = brokenSeed !== undefined;
    if (!isCaught) survivors += 1;
    const caught = `${String(invariant).padEnd(24)}seed ${brokenSeed}`;
    const fate = isCaught ? caught : (problem ?? `SURVIVED ${SEEDS_MAX} seeds`);
    process.stdout.write(`${isCaught ? '✓' : '✗'} ${mutation.name.padEnd(width)}  ${fate}\n`);
  }
  process.stdout.write(`${mutations.length - survivors} of ${mutations.length} mutations were caught\n`);
  return survivors === 0;
}

/**
 * A mutation that does not apply, or over which the simulation itself does not end, is not caught.
 *
 * @param {unknown} error
 * @returns {{ brokenSeed?: number, invariant?: string, problem?: string }}
 */
function problemOf(error) {
  return { problem: `FAILED: ${error instanceof Error ? error.message : String(error)}` };
}

const words = process.argv.slice(2);
const chosen = ALL_MUTATIONS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
process.exitCode = (await main(chosen)) ? 0 : 1;
