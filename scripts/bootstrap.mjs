// Makes a checkout ready to run: installs what the lockfile names, then builds. Needs Node and npm, nothing else, and
// says nothing when there is nothing to do. `--install-only` leaves out the build.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdLock } from './bootstrap/lock.mjs';
import { run, runOrFail } from './bootstrap/run.mjs';
import { toolEnv, turbo } from './bootstrap/turbo.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'node_modules', '.otto-install');

/** Oldest Node that the packages run on; `engines` in package.json says the same. */
const NODE_VERSION_MIN = [20, 19];

/** @param {{ installOnly: boolean }} options */
async function bootstrap({ installOnly }) {
  checkNodeVersion();
  const release = await holdLock(join(root, '.bootstrap.lock'), (holder) =>
    say(`waiting for another bootstrap (process ${holder}) of this checkout`),
  );
  try {
    await install();
    if (!installOnly) await build();
  } finally {
    release();
  }
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = NODE_VERSION_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new Error(`Otto needs Node ${NODE_VERSION_MIN.join('.')} or newer; this is ${process.versions.node}.`);
}

async function install() {
  const wanted = installKey();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted && hasModules()) return;

  // Made by npm install: pnpm would leave half of it lying about.
  const modules = join(root, 'node_modules');
  if (!existsSync(join(modules, '.modules.yaml'))) rmSync(modules, { recursive: true, force: true });
  const version = pinnedPnpmVersion();
  const pnpm = (await isOnPath(version)) ? 'pnpm' : `npx --yes pnpm@${version}`;
  say(`installing the packages of the lockfile (${pnpm})`);
  // An inherited NODE_ENV=production would leave out the tools that build.
  const env = { ...toolEnv(), NODE_ENV: '' };
  // In front of a person, pnpm shows its own progress.
  await runOrFail(`${pnpm} install --frozen-lockfile`, { cwd: root, env, show: process.stderr.isTTY });
  writeFileSync(stampFile, wanted);
}

async function build() {
  const started = performance.now();
  const timer = setTimeout(() => say('building'), 400);
  try {
    await runOrFail(turbo('build'), { cwd: root, env: toolEnv() });
  } finally {
    clearTimeout(timer);
  }
  const elapsedMs = performance.now() - started;
  if (elapsedMs > 2_000) say(`built in ${(elapsedMs / 1_000).toFixed(1)} s`);
}

/** Everything that decides what an install gives: when it changes, the install is repeated. */
function installKey() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packageFolders().map(manifest)]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  // Native packages differ by major version of Node and by platform.
  hash.update([process.versions.modules, process.platform, process.arch].join(' '));
  return hash.digest('hex');
}

/** Whether the folders that an install makes are still there. */
function hasModules() {
  if (!existsSync(join(root, 'node_modules', '.modules.yaml'))) return false;
  return packageFolders().every((folder) => existsSync(join(root, folder, 'node_modules')));
}

/** @returns {string[]} */
function packageFolders() {
  return ['packages', 'apps', 'examples']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(root, manifest(folder))))
    .sort();
}

/** @param {string} folder */
function manifest(folder) {
  return `${folder}/package.json`;
}

/** @returns {string} */
function pinnedPnpmVersion() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return packageManager.replace(/^pnpm@/, '');
}

/**
 * Whether the pnpm on the PATH is exactly the pinned one; another one would lay things out differently, or refuse.
 * @param {string} version
 */
async function isOnPath(version) {
  const { code, output } = await run('pnpm --version', { cwd: root, env: toolEnv() });
  return code === 0 && output.trim() === version;
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`otto: ${text}\n`);
}

try {
  await bootstrap({ installOnly: process.argv.includes('--install-only') });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
