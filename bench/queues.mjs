// What a command costs the relay when few and when very many others wait, and with as many nonces remembered. It
// judges, but fails nobody: a machine may be too noisy to tell.
//   npm run bench:queues             nine rounds, about two minutes
//   npm run bench:queues -- --quick  five short rounds, half a minute
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startProgram } from './program.mjs';
import { aligned } from './summary.mjs';

const SIZES = [10, 1_000, 100_000];

/** What a command among the most may cost, beside one among the fewest. */
const RATIO_MAX = 2;

const FULL = { rounds: 9, batches: 500, warmUpRounds: 2 };
const QUICK = { rounds: 5, batches: 150, warmUpRounds: 1 };

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  const cpu = cpus()[0]?.model ?? 'unknown';
  process.stdout.write(`${availableParallelism()} cores, ${cpu}, Node ${process.versions.node}\n`);
  const program = new URL('./queues-process.mjs', import.meta.url);
  const subjects = SIZES.map((size) => ({ size, program: startProgram(program, {}) }));
  try {
    for (const { size, program } of subjects) await program.ask({ type: 'fill', size });
    /** @type {Round[]} */
    const rounds = [];
    // All sizes in every round, so that a noisy neighbour meets each.
    for (let number = 1 - plan.warmUpRounds; number <= plan.rounds; number++) {
      /** @type {Round} */
      const round = new Map();
      for (const { size, program } of subjects) round.set(size, await program.ask({ type: 'measure', ...plan }));
      if (number > 0) rounds.push(round);
    }
    process.stdout.write(`${verdictTable(rounds)}\n`);
  } finally {
    await Promise.all(subjects.map(({ program }) => program.stop()));
  }
}

/** @param {Round[]} rounds */
function verdictTable(rounds) {
  const [fewest = 0, ...more] = SIZES;
  const names = Object.keys(rounds[0]?.get(fewest) ?? {});
  const rows = names.map((name) => {
    const nanos = SIZES.map((size) => median(rounds.map((round) => round.get(size)?.[name] ?? Number.NaN)));
    const ratios = nanos.slice(1).map((each) => each / (nanos[0] ?? Number.NaN));
    const verdict = ratios.every((ratio) => ratio <= RATIO_MAX) ? 'yes' : 'no';
    return [name, ...nanos.map((each) => each.toFixed(0)), ...ratios.map((ratio) => ratio.toFixed(2)), verdict];
  });
  const count = (/** @type {number} */ size) => size.toLocaleString('en');
  const heads = ['CPU ns each', ...SIZES.map(count), ...more.map((size) => `${count(size)} / ${count(fewest)}`)];
  const title = `by commands that wait, and nonces remembered; median of ${rounds.length} rounds`;
  return ['', title, aligned([[...heads, `within ${RATIO_MAX}×`], ...rows])].join('\n');
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** @typedef {Map<number, Record<string, number>>} Round CPU nanoseconds by size and operation */

await bench();
