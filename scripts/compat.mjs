// Runs the fast tests, and the packed command line from its install to its stop, on each Node that Otto is made for:
// `npm run compat`, or `npm run compat -- 22` for one. Linux, and npm, which brings the other Nodes.
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, runOrFail } from './bootstrap/run.mjs';
import { toolEnv } from './bootstrap/turbo.mjs';
import { NODE_VERSIONS } from './compat/node-versions.mjs';
import { tableOf } from './compat/result-table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is run on each of them. */
const SUITES = {
  'fast tests': ['unit', 'story', 'door', 'pair'].flatMap((project) => ['--project', project]),
  'packed command line': ['--project', 'e2e', 'e2e/packed.e2e.test.ts'],
};

/** @param {string[]} wanted */
async function compat(wanted) {
  /** @type {import('./compat/result-table.mjs').Result[]} */
  const results = [];
  for (const version of wanted) {
    const node = await nodeOf(version);
    const { output } = await run([node, '--version'], { cwd: root, env: toolEnv() });
    for (const [suite, words] of Object.entries(SUITES)) {
      say(`Node ${output.trim()}: ${suite}`);
      results.push({ node: output.trim(), suite, ...(await outcomeOf(node, words)) });
    }
  }
  process.stdout.write(tableOf(results));
  return results.every(({ isPassed }) => isPassed);
}

/**
 * The program of another Node, brought by npm.
 * @param {string} version
 */
async function nodeOf(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules', '.cache', `node-${version}`);
  mkdirSync(folder, { recursive: true });
  const npm = `npm install --prefix "${folder}" --no-save --no-package-lock --no-audit --no-fund ${name}@${version}`;
  await runOrFail(npm, { cwd: folder, env: toolEnv() });
  return join(folder, 'node_modules', name, 'bin', 'node');
}

/**
 * Runs tests on another Node; whatever they start finds it first on its PATH.
 * @param {string} node
 * @param {string[]} words
 */
async function outcomeOf(node, words) {
  const started = performance.now();
  const env = { ...toolEnv(), PATH: [dirname(node), toolEnv()['PATH'] ?? ''].join(delimiter) };
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { code, output } = await run([node, vitest, 'run', ...words], { cwd: root, env });
  if (code !== 0) process.stdout.write(output);
  const counts = output.trim().split('\n').at(-1) ?? '';
  return { counts, isPassed: code === 0, seconds: (performance.now() - started) / 1_000 };
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`otto: ${text}\n`);
}

try {
  const wanted = process.argv.slice(2);
  process.exitCode = (await compat(wanted.length === 0 ? NODE_VERSIONS : wanted)) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
