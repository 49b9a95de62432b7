// Writes the pages that are made from tables in the code; `--check` only says which of them are out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runOrFail } from './bootstrap/run.mjs';
import { toolEnv, turbo } from './bootstrap/turbo.mjs';
import { actionPage } from './pages/action-page.mjs';
import { errorPage } from './pages/error-page.mjs';
import { routePage } from './pages/route-page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {{ checkOnly: boolean }} options */
async function writePages({ checkOnly }) {
  await runOrFail(turbo('build', '--filter=@telepat/otto-relay-http...'), { cwd: root, env: toolEnv() });
  const { ACTIONS, ERRORS } = await builtPackage('shared-protocol');
  const { ROUTES, errorsOf } = await builtPackage('relay-http');
  const pages = {
    'docs/actions.md': actionPage(ACTIONS),
    'docs/error-codes.md': errorPage(ERRORS),
    'docs/http-api.md': routePage(ROUTES, { errorsOf, statusOf: (code) => ERRORS[code].status }),
  };

  const outdated = Object.entries(pages).filter(([path, text]) => textOf(join(root, path)) !== text);
  for (const [path, text] of outdated) {
    process.stdout.write(checkOnly ? `${path} is out of date: run npm run pages\n` : `wrote ${path}\n`);
    if (!checkOnly) writeFileSync(join(root, path), text);
  }
  return outdated.length === 0 || !checkOnly;
}

/** @param {string} name */
function builtPackage(name) {
  return import(pathToFileURL(join(root, 'packages', name, 'dist', 'index.js')).href);
}

/** @param {string} path */
function textOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

try {
  process.exitCode = (await writePages({ checkOnly: process.argv.includes('--check') })) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
