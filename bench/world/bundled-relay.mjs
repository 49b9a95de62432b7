import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stageCommandLine } from '../../scripts/pack/stage-command-line.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What does not go into the bundle is found where these find it. */
const DEPENDANTS = ['apps/otto-cli', 'packages/relay-host', 'packages/relay-http', 'packages/node-chromium'];

/**
 * The command line as it is installed from its package: one bundle, and beside it the packages that stay outside.
 * @param {string} folder
 * @returns {Promise<string>} the program that `otto start` leaves running
 */
export async function bundledRelay(folder) {
  mkdirSync(folder, { recursive: true });
  await stageCommandLine(root, folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) link(name, join(folder, 'node_modules', name));
  return join(folder, 'bin/otto-daemon.js');
}

/**
 * @param {string} name of a package
 * @param {string} place
 */
function link(name, place) {
  const found = DEPENDANTS.map((dependant) => join(root, dependant, 'node_modules', name)).find(existsSync);
  // Pinned for a package from outside, which finds it by itself.
  if (found === undefined) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(realpathSync(found), place);
}
