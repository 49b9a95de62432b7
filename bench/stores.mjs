// What the relay's stores cost: changes that are on disk before they are answered, and a start with very much stored.
//   npm run bench:stores             about a minute
//   npm run bench:stores -- --quick  a quarter of one, with a tenth of the records
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { relayAccess } from './access.mjs';
import { caller, loadOf } from './http-load.mjs';
import { startProgram } from './program.mjs';
import { refreshTokenOf, writeStores } from './stored-world.mjs';
import { aligned } from './summary.mjs';

const RELAY = new URL('./relay-process.mjs', import.meta.url);

const FULL = { ms: 5_000, clients: 10_000, sessions: 100_000, grants: 100_000 };
const QUICK = { ms: 1_500, clients: 1_000, sessions: 10_000, grants: 10_000 };

const WORKERS = [1, 16, 64];

/** What refreshes by many at once should reach. */
const REFRESHES_PER_SECOND_MIN = 500;

/** Registrations that a relay accepts in a minute, with room for those that the bench makes for itself. */
const REGISTRATIONS = 500;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  const cpu = cpus()[0]?.model ?? 'unknown';
  say(`${availableParallelism()} cores, ${cpu}, Node ${process.versions.node}`);
  const folder = mkdtempSync(join(tmpdir(), 'otto-bench-'));
  try {
    await withRelay(join(folder, 'empty'), (relay) => changes(relay, plan));
    await muchStored(join(folder, 'full'), plan);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Relay} relay
 * @param {typeof FULL} plan
 */
async function changes({ call, port, folder, program }, { ms }) {
  const { controllers } = await relayAccess(port, folder, { controllers: 64 });
  const tokens = controllers.map(({ refreshToken }) => refreshToken);
  const refresh = async (/** @type {number} */ worker) => {
    tokens[worker] = (await call.post('/api/auth/refresh', { refreshToken: tokens[worker] })).refreshToken;
  };
  const rows = [
    ['changes, each on disk before its answer', 'per second', 'p50 ms', 'p99 ms', 'worst ms', 'relay CPU µs each'],
  ];
  let best = 0;
  for (const workers of WORKERS) {
    const before = await program.ask({ type: 'cpu' });
    const load = await loadOf(refresh, { workers, ms });
    const after = await program.ask({ type: 'cpu' });
    best = Math.max(best, load.perSecond);
    const cpuMicros = (after.cpuMicros - before.cpuMicros) / load.count;
    rows.push([`refreshes, ${workers} at a time`, ...figures(load), cpuMicros.toFixed(0)]);
  }
  let left = REGISTRATIONS;
  const register = async () => {
    left -= 1;
    if (left < 0) return sleep(ms);
    return call.post('/api/controller/register', { name: `newcomer ${left}`, description: 'Measures registrations.' });
  };
  const started = performance.now();
  await loadOf(register, { workers: 16, ms: ms / 4 });
  const done = Math.min(REGISTRATIONS, REGISTRATIONS - left);
  const registersPerSecond = (done * 1_000) / Math.min(performance.now() - started, ms / 4);
  rows.push([`registrations, 16 at a time (${done})`, registersPerSecond.toFixed(0)]);
  say(`\n${aligned(rows)}`);
  say(`${REFRESHES_PER_SECOND_MIN} refreshes per second: ${best >= REFRESHES_PER_SECOND_MIN ? 'yes' : 'no'}`);
}

/**
 * A start with much stored, and a compaction of the grants while tokens are refreshed.
 * @param {string} folder
 * @param {typeof FULL} plan
 */
async function muchStored(folder, { clients, sessions, grants, ms }) {
  writeStores(folder, { clients, sessions, grants, deadGrants: grants - 100 });
  say(`\n${clients} clients, ${sessions} refresh tokens, ${grants} grants and as many dead changes of grants:`);
  const startedAt = performance.now();
  await withRelay(folder, async ({ call, program, port }) => {
    const startMs = performance.now() - startedAt;
    const { maxPauseMs, rssBytes } = await program.ask({ type: 'pause' });
    const cpuMs = (await program.ask({ type: 'cpu' })).cpuMicros / 1_000;
    say(`  start: ${startMs.toFixed(0)} ms (CPU ${cpuMs.toFixed(0)} ms), longest pause ${maxPauseMs.toFixed(0)} ms`);
    say(`  memory: ${(rssBytes / 1024 / 1024).toFixed(0)} MiB`);

    const tokens = Array.from({ length: 16 }, (_, at) => refreshTokenOf(at));
    const refresh = async (/** @type {number} */ worker) => {
      tokens[worker] = (await call.post('/api/auth/refresh', { refreshToken: tokens[worker] })).refreshToken;
    };
    const calm = await loadOf(refresh, { workers: 16, ms: ms / 2 });
    await program.ask({ type: 'pause' });
    const [compaction, busy] = await Promise.all([
      compactGrants({ call, port, folder }),
      loadOf(refresh, { workers: 16, ms }),
    ]);
    const pause = (await program.ask({ type: 'pause' })).maxPauseMs;
    say(
      `  compaction of the grants: ${compaction.toFixed(0)} ms, longest pause of the relay meanwhile ${pause.toFixed(0)} ms`,
    );
    const heads = ['  refreshes, 16 at a time', 'per second', 'p50 ms', 'p99 ms', 'worst ms'];
    say(aligned([heads, ['  before it', ...figures(calm)], ['  with it', ...figures(busy)]]));
  });
}

/**
 * Grants and withdraws until dead changes outnumber what lives. @returns how long the rewrite took
 * @param {{ call: import('./http-load.mjs').Caller, port: number, folder: string }} relay
 */
async function compactGrants({ call, port, folder }) {
  const { nodes } = await relayAccess(port, folder, { controllers: 0 });
  const path = join(folder, 'controller-acl.jsonl');
  const { ino } = statSync(path);
  let begunAt = 0;
  const watching = (async () => {
    while (statSync(path).ino === ino) {
      if (begunAt === 0 && existsSync(`${path}.tmp`)) begunAt = performance.now();
      await sleep(1);
    }
    return performance.now() - begunAt;
  })();
  let isGrant = true;
  while (begunAt === 0) {
    await call.post('/api/controller/access', { clientId: 'clt_1', grant: isGrant }, nodes[0]?.accessToken);
    isGrant = !isGrant;
  }
  return watching;
}

/**
 * @param {string} folder
 * @param {(relay: Relay) => Promise<void>} use
 */
async function withRelay(folder, use) {
  const program = startProgram(RELAY, { OTTO_LOG_DIR: folder });
  try {
    const { port } = await program.ask({ type: 'start' });
    const call = caller(port);
    await use({ call, port, folder, program });
    call.close();
  } finally {
    await program.stop();
  }
}

/** @param {import('./http-load.mjs').Load} load */
function figures({ perSecond, p50Ms, p99Ms, maxMs }) {
  return [perSecond.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1), maxMs.toFixed(0)];
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @typedef {{ call: import('./http-load.mjs').Caller, port: number, folder: string, program: import('./program.mjs').Program }} Relay */

await bench();
