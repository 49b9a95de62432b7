// Kills a relay again and again while it is changed, and checks that it keeps what it has acknowledged.
//   npm run torture:stores                        30 cycles
//   npm run torture:stores -- --cycles 300        more
//   npm run torture:stores -- --seed 7            another course of events; when processes run still differs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from '../support/bundle.mjs';

const PROGRESS_CYCLES = 10;

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), 'otto-torture-'));
  const started = performance.now();
  try {
    /** @type {typeof import('./torture.js')} */
    const { torture } = await import(
      pathToFileURL(await bundle(new URL('./torture.ts', import.meta.url), scratch)).href
    );
    const result = await torture({
      program: await bundle(new URL('../children/torture-relay.ts', import.meta.url), scratch),
      folder: join(scratch, 'files'),
      cycles: number('cycles', values.cycles),
      seed: number('seed', values.seed),
      onCycle: (sums) => {
        if (sums.cycles % PROGRESS_CYCLES === 0) say(line(sums, started));
      },
    });
    say(line(result, started));
    say(`acknowledged: ${counts(result.acknowledged)}`);
    say(`cycles by risk: ${counts(result.plans)}`);
    for (const failure of result.failures) say(`✗ ${failure}`);
    if (result.failures.length === 0) say(`seed ${values.seed}: every acknowledged change was kept`);
    return result.failures.length === 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {import('./torture.js').TortureSummary} sums
 * @param {number} started
 */
function line({ cycles, kills, acknowledged, unanswered, failures }, started) {
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  const changes = Object.values(acknowledged).reduce((sum, count) => sum + count, 0);
  return `${cycles} cycles, ${kills} kills, ${changes} changes acknowledged, ${unanswered} not, ${failures.length} failures, ${seconds} s`;
}

/** @param {Readonly<Record<string, number>>} record */
function counts(record) {
  return Object.entries(record)
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ');
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number: ${text}`);
  return value;
}

process.exitCode = (await main()) ? 0 : 1;
