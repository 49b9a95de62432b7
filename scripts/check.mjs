// Every check that needs no running program, in parallel; `node scripts/check.mjs borders tidy` runs only those named.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { run, runOrFail } from './bootstrap/run.mjs';
import { toolEnv, turbo } from './bootstrap/turbo.mjs';
import { borderProblems, unusedDependencies } from './check/borders.mjs';
import { readCheckout } from './check/checkout.mjs';
import { deadCodeProblems } from './check/dead-code.mjs';
import { tidyProblems } from './check/tidy.mjs';
import { uncheckedFiles } from './check/unchecked-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** eslint.config.js has the rules that need no types, .oxlintrc.json those that do, for the files of packages. */
const TYPED_LINT = ['--deny-warnings', 'packages', 'apps', 'examples'];

/** @type {Record<string, () => Promise<string[]>>} */
const CHECKS = {
  borders: async () => [...borderProblems(readCheckout(root)), ...unusedDependencies(readCheckout(root))],
  tidy: async () => [...tidyProblems(readCheckout(root)), ...deadCodeProblems(readCheckout(root))],
  format: () => tool('prettier', ['--check', '--log-level=warn', '.']),
  pages: () => program([process.execPath, join(root, 'scripts', 'write-pages.mjs'), '--check']),
  types: async () => [
    ...uncheckedFiles(root, readCheckout(root)),
    ...(await program(turbo('types', '--continue'))),
    ...(await tool('tsc', ['-p', '.', '--singleThreaded'])),
  ],
  lint: async () => (await Promise.all([tool('eslint', ['.', '--max-warnings=0']), tool('oxlint', TYPED_LINT)])).flat(),
};

/** @param {string[]} names */
async function check(names) {
  const unknown = names.find((name) => !(name in CHECKS));
  if (unknown !== undefined)
    throw new Error(`No check is called ${unknown}; there are ${Object.keys(CHECKS).join(', ')}.`);

  // Packages are checked against the declarations of each other, which takes half the time that their sources would.
  await runOrFail(turbo('build'), { cwd: root, env: toolEnv() });
  const results = Object.entries(CHECKS)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(async ([name, find]) => {
      const started = performance.now();
      const problems = await find();
      report(name, problems, performance.now() - started);
      return problems.length;
    });
  return (await Promise.all(results)).every((count) => count === 0);
}

/**
 * @param {string} name
 * @param {string[]} problems
 * @param {number} elapsedMs
 */
function report(name, problems, elapsedMs) {
  const seconds = `${(elapsedMs / 1_000).toFixed(1)} s`;
  if (problems.length === 0) return void process.stdout.write(`✓ ${name} (${seconds})\n`);
  process.stdout.write(`✗ ${name} (${seconds})\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
}

/**
 * One of the tools among our own packages.
 * @param {string} name
 * @param {string[]} args
 */
function tool(name, args) {
  return program([process.execPath, join(root, 'node_modules', ...toolFile(name)), ...args]);
}

/** @param {string} name */
function toolFile(name) {
  const files = {
    prettier: ['prettier', 'bin', 'prettier.cjs'],
    tsc: ['typescript-native', 'bin', 'tsc'],
    eslint: ['eslint', 'bin', 'eslint.js'],
    oxlint: ['oxlint', 'bin', 'oxlint'],
  };
  return files[/** @type {keyof typeof files} */ (name)];
}

/**
 * What a program says when it fails; nothing when it succeeds.
 * @param {string[]} command
 */
async function program(command) {
  const { code, output } = await run(command, { cwd: root, env: toolEnv() });
  return code === 0 ? [] : [output.trim().replaceAll('\n', '\n  ')];
}

try {
  process.exitCode = (await check(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
