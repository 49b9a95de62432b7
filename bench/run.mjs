// How fast the relay carries commands, beside a bare WebSocket forwarder in the same run. It judges nothing.
//   npm run bench             seven rounds, about two minutes
//   npm run bench -- --quick  five short rounds, half a minute
//   --json FILE               also writes the figures of every round
//   --profile FOLDER          also writes a CPU profile of each of the two
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProgram } from './program.mjs';
import { summaryTable } from './summary.mjs';
import { forwarderAccess, relayAccess } from './access.mjs';

const FULL = { rounds: 7, busyMs: 5_000, calmMs: 2_000, warmUpMs: 2_000 };
const QUICK = { rounds: 5, busyMs: 1_500, calmMs: 700, warmUpMs: 1_000 };

const PROGRAMS = {
  relay: new URL('./relay-process.mjs', import.meta.url),
  forwarder: new URL('./forwarder-process.mjs', import.meta.url),
  load: new URL('./load-process.mjs', import.meta.url),
};

/** Controllers, and tabs of each: what a small team of agents would use. */
const CONTROLLERS = 4;

/** Commands of one controller under way at a time, each in a tab of its own. */
const WINDOW = { busy: 16, calm: 1 };

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, profile: { type: 'string' } },
});

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  process.stdout.write(
    `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'otto-bench-'));
  /** @type {Subject[]} */
  const subjects = [];
  try {
    subjects.push(await start('relay', folder), await start('forwarder', folder));
    for (const subject of subjects) await measure(subject, plan.warmUpMs, WINDOW.busy);
    const rounds = await allRounds(subjects, plan);
    process.stdout.write(`${summaryTable(rounds)}\n`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rounds, null, 2)}\n`);
  } finally {
    for (const { server, load } of subjects) await Promise.all([load.stop(), server.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The two take turns in every round, so that a noisy neighbour meets both.
 * @param {Subject[]} subjects
 * @param {typeof FULL} plan
 */
async function allRounds(subjects, plan) {
  /** @type {import('./summary.mjs').Round[]} */
  const rounds = [];
  for (let number = 1; number <= plan.rounds; number++) {
    for (const subject of number % 2 === 0 ? subjects.toReversed() : subjects) {
      const busy = await measure(subject, plan.busyMs, WINDOW.busy);
      const calm = await measure(subject, plan.calmMs, WINDOW.calm);
      rounds.push({ number, subject: subject.name, busy, calm });
      const rate = Math.round(busy.commandsPerSecond);
      process.stdout.write(
        `round ${number}: ${subject.name} ${rate} commands/s, ${busy.cpuMicros.toFixed(1)} µs each\n`,
      );
    }
  }
  return rounds;
}

/**
 * One server and its load, each a process of its own.
 * @param {'relay' | 'forwarder'} name
 * @param {string} folder
 * @returns {Promise<Subject>}
 */
async function start(name, folder) {
  const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const server = startProgram(PROGRAMS[name], { OTTO_LOG_DIR: join(folder, name) }, profiling);
  const { port } = await server.ask({ type: 'start' });
  const access =
    name === 'relay' ? await relayAccess(port, join(folder, name), CONTROLLERS) : forwarderAccess(CONTROLLERS);
  const load = startProgram(PROGRAMS.load, {});
  await load.ask({ type: 'connect', url: `ws://127.0.0.1:${port}/`, access });
  return { name, server, load };
}

/**
 * @param {Subject} subject
 * @param {number} ms
 * @param {number} inFlight of one controller
 * @returns {Promise<import('./summary.mjs').Figures>}
 */
async function measure({ server, load }, ms, inFlight) {
  const before = await server.ask({ type: 'cpu' });
  const { commands, elapsedMs, p50Ms, p99Ms } = await load.ask({ type: 'run', ms, inFlight });
  const after = await server.ask({ type: 'cpu' });
  return {
    commandsPerSecond: (commands * 1_000) / elapsedMs,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / commands,
    p50Ms,
    p99Ms,
  };
}

/**
 * @typedef {import('./program.mjs').Program} Program
 * @typedef {{ name: 'relay' | 'forwarder', server: Program, load: Program }} Subject
 */

await bench();
