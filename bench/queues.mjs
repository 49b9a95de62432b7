// What a command costs the relay when few and when very many others wait, and with as many nonces remembered. It
// judges, but fails nobody: a machine may be too noisy to tell.
//   npm run bench:queues             fifteen rounds, about two minutes
//   npm run bench:queues -- --quick  seven short rounds, half a minute
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startProgram } from './program.mjs';
import { aligned, median, spread } from './summary.mjs';

const PROGRAM = new URL('./queues-process.mjs', import.meta.url);

const SIZES = [10, 1_000, 100_000];

/** What a command among the most may cost, beside one among the fewest. */
const RATIO_MAX = 2;

const FULL = { rounds: 15, batches: 250, warmUpRounds: 2 };
const QUICK = { rounds: 7, batches: 100, warmUpRounds: 1 };

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  const cpu = cpus()[0]?.model ?? 'unknown';
  process.stdout.write(`${availableParallelism()} cores, ${cpu}, Node ${process.versions.node}\n`);
  const subjects = SIZES.map((size) => ({ size, program: startProgram(PROGRAM, {}) }));
  try {
    /** @type {string[]} */
    let names = [];
    for (const { size, program } of subjects) ({ names } = await program.ask({ type: 'fill', size }));
    await measure(subjects, names, { ...plan, rounds: plan.warmUpRounds });
    process.stdout.write(`${verdictTable(await measure(subjects, names, plan))}\n`);
  } finally {
    await Promise.all(subjects.map(({ program }) => program.stop()));
  }
}

/**
 * Every operation at every size in each round, the sizes right after one another: a noisy neighbour meets all of them.
 * @param {Subject[]} subjects
 * @param {string[]} names
 * @param {{ rounds: number, batches: number }} plan
 */
async function measure(subjects, names, { rounds, batches }) {
  const rows = names.map((name) => ({ name, costs: /** @type {number[][]} */ ([]) }));
  for (let number = 1; number <= rounds; number++) {
    for (const { name, costs } of rows) {
      const nanos = [];
      for (const { program } of subjects) nanos.push((await program.ask({ type: 'measure', name, batches })).nanos);
      costs.push(nanos);
    }
  }
  return rows;
}

/** @param {Awaited<ReturnType<typeof measure>>} rows */
function verdictTable(rows) {
  const lines = rows.map(({ name, costs }) => {
    const nanos = SIZES.map((_, at) => costs.map((round) => round[at] ?? Number.NaN));
    const ratios = nanos.slice(1).map((each) => each.map((cost, round) => cost / (nanos[0]?.[round] ?? Number.NaN)));
    const verdict = ratios.every((each) => median(each) <= RATIO_MAX) ? 'yes' : 'no';
    return [name, ...nanos.map((each) => median(each).toFixed(0)), ...ratios.map((each) => spread(each, 2)), verdict];
  });
  const [fewest = '', ...more] = SIZES.map((size) => size.toLocaleString('en'));
  const heads = ['CPU ns each', fewest, ...more, ...more.map((size) => `${size} / ${fewest}`), `within ${RATIO_MAX}×`];
  const title = 'by how many commands wait, or nonces are remembered: median over the rounds (lowest to highest ratio)';
  return ['', title, aligned([heads, ...lines])].join('\n');
}

/** @typedef {{ size: number, program: import('./program.mjs').Program }} Subject */

await bench();
