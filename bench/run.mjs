// How the relay fares beside a bare forwarder and beside its targets; `rows` has what is measured.
//   npm run bench                   everything, about a quarter of an hour
//   npm run bench -- --short        everything, smaller and with few rounds: it tells, and does not judge
//   npm run bench -- --only ROW     one row; may be given several times
//   --record                        also keeps the figures as those of the README and of docs/scaling.md
//   --profile FOLDER                also writes a CPU profile of every server
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { CORES } from './program.mjs';
import { HEADS, cellsOf } from './reckoning/results-table.mjs';
import { outcomeOf } from './reckoning/verdict.mjs';
import { scenariosFor } from './rows/table.mjs';
import { aligned, median } from './summary.mjs';
import { BenchWorld } from './world/bench-world.mjs';

const RESULTS = new URL('./results/', import.meta.url);
const RECORDED = new URL('./recorded.json', import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    short: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

async function bench() {
  if (values.record && values.only.length > 0) throw new Error('Only a run of everything can be recorded.');
  const scenarios = scenariosFor(values.only);
  const machine = machineFacts();
  print(`${machine.date}, ${machine.cores} cores, ${machine.processor}, Node ${machine.node}${machine.pinning}`);
  const startedAt = performance.now();
  let title = '';
  let saidAt = -Infinity;
  // What is over within a second needs no line.
  const say = (/** @type {string} */ text) => {
    const now = performance.now();
    if (now - saidAt < 1_000) return;
    saidAt = now;
    print(`${((now - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${title}: ${text}`);
  };
  const world = new BenchWorld({ isShort: values.short, profileFolder: values.profile, say });
  const results = [];
  /** What is measured by the way. @type {Record<string, number>} */
  const facts = {};
  try {
    for (const scenario of scenarios) {
      title = scenario.rows.map(({ id }) => id).join(', ');
      say('begins');
      const found = await scenario
        .run(world)
        .catch(failed)
        .finally(() => world.endRow());
      for (const row of scenario.rows) {
        const rounds = found[row.id] ?? [];
        results.push({ row, outcome: outcomeOf(row, rounds), rounds });
      }
      Object.assign(facts, factsOf(scenario, found));
    }
  } finally {
    await world.close();
  }
  print(`\n${aligned([HEADS, ...cellsOf(results)])}\n`);
  const { commands, missing } = world.logs;
  if (values.short) print('A short run: with smaller numbers than the table says, and figures to be taken as such.');
  print(`Log: ${missing === 0 ? 'every one' : `${missing} entries too few or too many`} of ${commands} commands.`);
  keep({ machine, isShort: values.short, logs: world.logs, facts, results });
  // A short run tells figures and does not judge them; but it has to have them, and the whole log.
  const isWhole = missing === 0 && results.every(({ rounds }) => rounds.length > 0);
  const isGood = isWhole && (values.short || results.every(({ outcome }) => outcome.isMet));
  if (!isGood) process.exitCode = 1;
}

/**
 * What fails costs its own rows, which count as missed, and not the quarter of an hour of the others.
 * @param {unknown} error
 * @returns {Record<string, import('./reckoning/verdict.mjs').Round[]>}
 */
function failed(error) {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return {};
}

/**
 * @param {import('./rows/table.mjs').Scenario} scenario
 * @param {Record<string, import('./reckoning/verdict.mjs').Round[]>} found
 */
function factsOf({ rows }, found) {
  const others = Object.entries(found).filter(([name]) => rows.every(({ id }) => id !== name));
  return Object.fromEntries(others.map(([name, rounds]) => [name, median(rounds.map(({ own }) => own))]));
}

/** @param {object} record */
function keep(record) {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL('latest.json', RESULTS), text);
  if (values.record) writeFileSync(RECORDED, text);
}

function machineFacts() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    pinning: CORES.server === undefined ? '' : ', server and load on a core each',
  };
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

await bench();
