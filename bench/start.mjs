// How long `otto start` takes from the key press to a relay that is ready, and `otto --help` beside it: what of that is
// Node and the command line alone. In a folder that has been used before, as every day. An installed program, which is one
// bundle and starts faster than the checkout, is measured with `--otto /prefix/bin/otto`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aligned, median, spread } from './summary.mjs';

const { values } = parseArgs({ options: { otto: { type: 'string' }, quick: { type: 'boolean' } } });

const OTTO = values.otto ?? fileURLToPath(new URL('../apps/otto-cli/bin/otto.js', import.meta.url));

/** What people take for at once. */
const READY_MS_MAX = 600;

const ROUNDS = values.quick === true ? 3 : 10;

async function bench() {
  const home = mkdtempSync(join(tmpdir(), 'otto-bench-'));
  try {
    // The first start makes the folder and its secrets, and brings the files of the program into memory.
    await startAndStop(home);
    /** @type {number[]} */
    const starts = [];
    /** @type {number[]} */
    const helps = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      starts.push(await startAndStop(home));
      helps.push(await timeOf(['--help'], home));
    }
    tell(starts, helps);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @param {string} home */
async function startAndStop(home) {
  const tookMs = await timeOf(['start', '--json'], home);
  await timeOf(['stop', '--json'], home);
  return tookMs;
}

/**
 * @param {string[]} words
 * @param {string} home
 */
async function timeOf(words, home) {
  const env = { ...process.env, OTTO_HOME: home, OTTO_LOG_DIR: join(home, 'relay'), OTTO_RELAY_PORT: '0' };
  const begunAt = performance.now();
  const child = spawn(process.execPath, [OTTO, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  const tookMs = performance.now() - begunAt;
  if (code !== 0) throw new Error(`otto ${words.join(' ')} ended with ${code}.`);
  return tookMs;
}

/**
 * @param {number[]} starts
 * @param {number[]} helps
 */
function tell(starts, helps) {
  const rows = [
    ['', 'ms: median (lowest to highest)'],
    ['otto start, until ready', spread(starts, 0)],
    ['otto --help', spread(helps, 0)],
  ];
  const isGood = median(starts) < READY_MS_MAX;
  const verdict = isGood ? 'is under' : 'IS NOT UNDER';
  if (!isGood) process.exitCode = 1;
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    `${aligned(rows)}\n\n${ROUNDS} rounds; the median ${verdict} ${READY_MS_MAX} ms; load of the machine at the end: ${load}\n`,
  );
}

await bench();
