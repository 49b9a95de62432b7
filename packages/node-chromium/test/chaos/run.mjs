// Sends durable commands through connections that are cut and a relay that is killed, again and again.
//   npm run chaos                         1,000 commands, 200 cuts, 20 connections that fall silent, 5 kills
//   npm run chaos -- --seed 7             another course of events; when processes run still differs
//   npm run chaos -- --commands 5000 --cuts 1000 --restarts 20
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';

const PROGRESS_COMMANDS = 100;

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '1000' },
    cuts: { type: 'string', default: '200' },
    freezes: { type: 'string', default: '20' },
    stalls: { type: 'string', default: '50' },
    restarts: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), 'otto-chaos-'));
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1_000).toFixed(0);
  try {
    const bundled = (/** @type {string} */ path) => bundle(new URL(path, import.meta.url), scratch);
    /** @type {typeof import('./chaos.js')} */
    const { chaos } = await import(pathToFileURL(await bundled('./chaos.ts')).href);
    const report = await chaos({
      folder: scratch,
      programs: {
        relay: await bundled('../children/chaos-relay.ts'),
        node: await bundled('../children/chaos-node.ts'),
      },
      commands: number('commands', values.commands),
      plan: {
        cut: number('cuts', values.cuts),
        freeze: number('freezes', values.freezes),
        stall: number('stalls', values.stalls),
      },
      restarts: number('restarts', values.restarts),
      seed: number('seed', values.seed),
      // Tokens end while it runs, so that renewals are cut, too.
      tokenMinutes: 1,
      onProgress: ({ settled, cuts, restarts }) => {
        if (settled % PROGRESS_COMMANDS === 0)
          say(`${settled} settled, ${cuts} cuts, ${restarts} kills, ${seconds()} s`);
      },
    });
    const { failures, made, resubmissions, restarts, unknownOutcomes } = report;
    const { cut, freeze, stall } = made;
    say(`cuts: ${both(cut)} · frozen: ${both(freeze)} · stalls: ${both(stall)} · ${restarts} kills`);
    say(`${report.commands} commands, ${resubmissions} submissions again, ${seconds()} s`);
    say(`${unknownOutcomes} times nobody could be asked in time how a command had ended; asked again, all were told`);
    for (const failure of failures) say(`✗ ${failure}`);
    if (failures.length === 0) say(`seed ${values.seed}: each was carried out once, and each promise told so`);
    return failures.length === 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {{ controller: number, node: number }} sums */
function both({ controller, node }) {
  return `${controller} of the controller, ${node} of the node`;
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
