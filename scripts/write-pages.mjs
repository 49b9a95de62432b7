// Writes the pages and sources that are made from tables in the code; `--check` only says which are out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { runOrFail } from './bootstrap/run.mjs';
import { toolEnv, turbo } from './bootstrap/turbo.mjs';
import { sdkExamples } from './pages/action-example.mjs';
import { actionPage } from './pages/action-page.mjs';
import { withBenchSection } from './pages/bench-section.mjs';
import { commandPage } from './pages/command-page.mjs';
import { errorPage } from './pages/error-page.mjs';
import { publicNames } from './pages/public-names.mjs';
import { routePage } from './pages/route-page.mjs';
import { scalingPage } from './pages/scaling-page.mjs';
import { sdkPage } from './pages/sdk-page.mjs';
import { sdkSources } from './pages/sdk-source.mjs';
import { troublePage } from './pages/trouble-page.mjs';
import { TROUBLES } from './pages/troubles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sdkFolder = 'packages/controller-sdk/src/generated';
const sdkIndex = join(root, 'packages/controller-sdk/src/index.ts');
const protocolIndex = join(root, 'packages/shared-protocol/src/index.ts');

/** @param {{ checkOnly: boolean }} options */
async function writePages({ checkOnly }) {
  await runOrFail(turbo('build', '--filter=@telepat/otto...'), { cwd: root, env: toolEnv() });
  // The page of the SDK is made from its sources, so these come first.
  const outdated = [bring(await sourcesOfSdk(), { checkOnly }), bring(await documents(), { checkOnly })];
  return outdated.flat().length === 0 || !checkOnly;
}

/**
 * Says which files are out of date, and writes them unless they are only looked at.
 * @param {Record<string, string>} pages
 * @param {{ checkOnly: boolean }} options
 */
function bring(pages, { checkOnly }) {
  const outdated = Object.entries(pages).filter(([path, text]) => textOf(join(root, path)) !== text);
  for (const [path, text] of outdated) {
    process.stdout.write(checkOnly ? `${path} is out of date: run npm run pages\n` : `wrote ${path}\n`);
    if (!checkOnly) writeFileSync(join(root, path), text);
  }
  return outdated;
}

/** @returns {Promise<Record<string, string>>} */
async function documents() {
  const { ACTIONS, DEFAULT_CONTROLLER_SCOPES, ERRORS, LISTENER_DESCRIPTORS, schemaFields, scopesAllow } =
    await builtPackage('shared-protocol');
  const { ROUTES, errorsOf } = await builtPackage('relay-http');
  const { COMMANDS } = await built('apps/otto-cli/dist/commands/index.js');
  const examples = await sdkExamples(ACTIONS);
  const recordedRun = JSON.parse(textOf(join(root, 'bench/recorded.json')));
  return {
    'README.md': withBenchSection(textOf(join(root, 'README.md')), recordedRun),
    'docs/scaling.md': scalingPage(recordedRun),
    'docs/actions.md': actionPage(ACTIONS, {
      schemaFields,
      examples,
      listeners: LISTENER_DESCRIPTORS,
      isDefault: (name) => scopesAllow(DEFAULT_CONTROLLER_SCOPES, name),
    }),
    'docs/commands.md': commandPage(COMMANDS),
    'docs/error-codes.md': errorPage(ERRORS),
    'docs/sdk.md': sdkPage(publicNames(sdkIndex, { '@telepat/otto-protocol': protocolIndex })),
    'docs/troubleshooting.md': troublePage(ERRORS, TROUBLES),
    'docs/http-api.md': routePage(ROUTES, { schemaFields, errorsOf, statusOf: (code) => ERRORS[code].status }),
  };
}

/** @returns {Promise<Record<string, string>>} */
async function sourcesOfSdk() {
  const { ACTIONS, schemaFields } = await builtPackage('shared-protocol');
  const sources = sdkSources(ACTIONS, { schemaFields, examples: await sdkExamples(ACTIONS) });
  const rules = await resolveConfig(join(root, sdkFolder, 'any.ts'));
  const texts = Object.entries(sources).map(async ([name, text]) => [
    `${sdkFolder}/${name}`,
    await format(text, { ...rules, parser: 'typescript' }),
  ]);
  return Object.fromEntries(await Promise.all(texts));
}

/** @param {string} name */
function builtPackage(name) {
  return built(`packages/${name}/dist/index.js`);
}

/** @param {string} path */
function built(path) {
  return import(pathToFileURL(join(root, path)).href);
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
