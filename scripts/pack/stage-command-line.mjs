import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestsOf, pinsOf, readCheckout } from '../check/checkout.mjs';
import { bundleCommandLine } from './bundle-command-line.mjs';
import { bundledManifest } from './bundled-manifest.mjs';

const FOLDER = 'apps/otto-cli';

/** What is taken over as it is. */
const COPIED = ['bin', 'LICENSE', 'README.md', 'package.json'];

/** Modules that the node loads by their place, beside the folder of the bundle as beside that of its sources. */
const SITE_COMMANDS = 'site-commands';

/**
 * Puts everything that the package of the command line holds into a folder.
 * @param {string} root
 * @param {string} stage
 */
export async function stageCommandLine(root, stage) {
  for (const name of COPIED) cpSync(join(root, FOLDER, name), join(stage, name), { recursive: true });
  cpSync(join(root, 'packages/node-chromium', SITE_COMMANDS), join(stage, SITE_COMMANDS), {
    recursive: true,
    filter: (path) => !path.endsWith('.json'),
  });
  const { inside, ...bundle } = await bundleCommandLine(root, join(stage, 'dist'));
  const others = inside.map(licensedPackage);
  writeFileSync(join(stage, 'LICENSES-OF-OTHERS'), others.map(({ notice }) => notice).join('\n'));
  const checkout = readCheckout(root);
  const manifest = bundledManifest(
    {
      folder: FOLDER,
      manifests: manifestsOf(checkout),
      catalog: pinsOf(checkout, 'catalog'),
      overrides: pinsOf(checkout, 'overrides'),
    },
    { ...bundle, inside: others.map(({ name }) => name) },
  );
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * A package that is in the bundle, and under which license it may be.
 * @param {string} folder
 */
function licensedPackage(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} comes without a license.`);
  return { name: String(name), notice: `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8')}` };
}
