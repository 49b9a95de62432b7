// How fast a fortnight of history is read, and what that costs those who command meanwhile. The relay, the load of
// commands, and whoever reads the log are a process each.
//   npm run bench:log             a million entries in six day files, a minute
//   npm run bench:log -- --quick  a tenth of that
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { relayAccess } from './access.mjs';
import { writeArchive } from './log-archive.mjs';
import { startProgram } from './program.mjs';
import { aligned, median, spread } from './summary.mjs';

const PROGRAMS = {
  relay: new URL('./log-relay-process.mjs', import.meta.url),
  load: new URL('./load/load-process.mjs', import.meta.url),
  reader: new URL('./log-reader-process.mjs', import.meta.url),
};

const MEBIBYTE = 1024 * 1024;
const CONTROLLERS = 4;

const FULL = { entries: 1_000_000, starts: 5, looks: 15, exports: 5, rounds: 9, roundMs: 2_000 };
const QUICK = { entries: 100_000, starts: 3, looks: 7, exports: 3, rounds: 3, roundMs: 1_000 };

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
});

async function bench() {
  const plan = values.quick ? QUICK : FULL;
  const cpu = cpus()[0]?.model ?? 'unknown';
  const day = new Date().toISOString().slice(0, 10);
  process.stdout.write(`${day}, ${availableParallelism()} cores, ${cpu}, Node ${process.versions.node}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'otto-bench-log-'));
  /** @type {import('./program.mjs').Program[]} */
  const programs = [];
  try {
    const archive = writeArchive(folder, { days: 6, entries: plan.entries });
    const size = `${(archive.bytes / MEBIBYTE).toFixed(0)} MiB`;
    process.stdout.write(`${plan.entries.toLocaleString('en')} entries in 6 day files, ${size}\n`);
    const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
    const starts = [];
    for (let round = 0; round < plan.starts; round++) starts.push(await startOnce(folder));
    const relay = startProgram(PROGRAMS.relay, { OTTO_LOG_DIR: folder }, { execArgv: profiling });
    const load = startProgram(PROGRAMS.load, {});
    const reader = startProgram(PROGRAMS.reader, {});
    programs.push(load, reader, relay);
    process.stdout.write(`${verdicts(await measure({ relay, load, reader }, { folder, archive, plan, starts }))}\n`);
  } finally {
    for (const program of programs) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Record<'relay' | 'load' | 'reader', import('./program.mjs').Program>} programs
 * @param {{ folder: string, archive: { bytes: number, oldRequestId: string }, plan: typeof FULL, starts: Start[] }} world
 * @returns {Promise<Row[]>}
 */
async function measure({ relay, load, reader }, { folder, archive, plan, starts }) {
  const { port } = await relay.ask({ type: 'start' });
  const ask = asker(port, readFileSync(join(folder, 'operator.token'), 'utf8').trim());
  const newest = await repeated(plan.looks, () => ask.list('latest=50&source=node&since=2000-01-01T00:00:00Z', 50));
  const oldest = await repeated(plan.looks, () => ask.list(`requestId=${archive.oldRequestId}`, 4));

  const before = await relay.ask({ type: 'memory' });
  const all = { type: 'export', url: ask.url('/api/logs/export?since=2000-01-01T00:00:00Z'), bearer: ask.bearer };
  const rates = [];
  for (let round = 0; round < plan.exports; round++) {
    const { bytes, ms } = await reader.ask(all);
    if (bytes < archive.bytes) throw new Error(`An export of ${archive.bytes} bytes had only ${bytes}.`);
    rates.push(bytes / 1_000 / ms);
  }
  const { peakBytes } = await relay.ask({ type: 'memory' });

  const access = await relayAccess(port, folder, { controllers: CONTROLLERS });
  await load.ask({ type: 'connect', url: `ws://127.0.0.1:${port}/`, access });
  const latency = await latencies({ load, reader }, all, plan);
  const ratios = latency.busy.map((busy, round) => busy / (latency.idle[round] ?? Number.NaN));
  const startMs = starts.map((start) => start.startMs);
  const startCpuMs = starts.map((start) => start.startCpuMs);
  const extra = (peakBytes - before.rssBytes) / 1_000_000;
  return [
    ['latest=50 with a source filter', spread(newest, 1), 'ms', median(newest), '<', 50],
    ['requestId in the oldest day', spread(oldest, 0), 'ms', median(oldest), '<', 1_000],
    ['full export', spread(rates, 0), 'MB/s', median(rates), '>', 150],
    ['memory beyond idle, five exports', extra.toFixed(0), 'MB', extra, '<', 100],
    ['start with the archive', spread(startMs, 0), 'ms', median(startMs), '<', 500],
    ['of that, on the processor', spread(startCpuMs, 0), 'ms', 0, '', 0],
    ['p99 of commands, idle', spread(latency.idle, 2), 'ms', 0, '', 0],
    ['p99 of commands, while exports run', spread(latency.busy, 2), 'ms', 0, '', 0],
    ['of those, busy / idle', spread(ratios, 2), '', median(ratios), '<', 2],
  ];
}

/**
 * A relay that does nothing but start, in a fresh process.
 * @param {string} folder
 * @returns {Promise<Start>}
 */
async function startOnce(folder) {
  const relay = startProgram(PROGRAMS.relay, { OTTO_LOG_DIR: folder });
  const start = await relay.ask({ type: 'start' });
  await relay.stop();
  return start;
}

/**
 * The same load with and without exports in each round, so that a noisy neighbour meets both.
 * @param {Record<'load' | 'reader', import('./program.mjs').Program>} programs
 * @param {{ type: string, url: string, bearer: string }} exporting
 * @param {typeof FULL} plan
 */
async function latencies({ load, reader }, exporting, { rounds, roundMs }) {
  const run = { type: 'run', ms: roundMs, inFlight: 1 };
  await load.ask(run);
  /** @type {{ idle: number[], busy: number[] }} */
  const found = { idle: [], busy: [] };
  for (let round = 0; round < rounds; round++) {
    found.idle.push((await load.ask(run)).p99Ms);
    const reading = reader.ask({ ...exporting, forMs: roundMs + 200 });
    found.busy.push((await load.ask(run)).p99Ms);
    await reading;
  }
  return found;
}

/**
 * @param {number} port
 * @param {string} bearer
 */
function asker(port, bearer) {
  const url = (/** @type {string} */ path) => `http://127.0.0.1:${port}${path}`;
  /**
   * How long a list takes until it has arrived whole.
   * @param {string} query
   * @param {number} count
   */
  async function list(query, count) {
    const startedAt = performance.now();
    const text = await read(url(`/api/logs?${query}`), bearer);
    const ms = performance.now() - startedAt;
    const { logs } = JSON.parse(text);
    if (logs.length !== count) throw new Error(`${query} found ${logs.length} entries instead of ${count}.`);
    return ms;
  }
  return { url, bearer, list };
}

/**
 * @param {string} url
 * @param {string} bearer
 * @returns {Promise<string>}
 */
function read(url, bearer) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization: `Bearer ${bearer}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    }).on('error', reject);
  });
}

/**
 * @param {number} times
 * @param {() => Promise<number>} measureOnce
 */
async function repeated(times, measureOnce) {
  const found = [];
  for (let time = 0; time < times; time++) found.push(await measureOnce());
  return found;
}

/** @param {Row[]} rows */
function verdicts(rows) {
  const lines = rows.map(([name, figure, unit, value, than, target]) => {
    if (than === '') return [name, `${figure} ${unit}`, '', ''];
    const holds = than === '<' ? value < target : value > target;
    return [name, `${figure} ${unit}`.trim(), `${than} ${target} ${unit}`.trim(), holds ? 'yes' : 'no'];
  });
  return aligned([['', 'median (lowest to highest)', 'target', 'reached'], ...lines]);
}

/** @typedef {{ startMs: number, startCpuMs: number }} Start */
/** @typedef {[name: string, figure: string, unit: string, value: number, than: string, target: number]} Row */

await bench();
