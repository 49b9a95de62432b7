import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runOrFail } from '../bootstrap/run.mjs';
import { toolEnv } from '../bootstrap/turbo.mjs';

/** How the manifest of a checkout becomes the one that is published. */
const HOOKS = 'scripts/pack/published-manifest.cjs';

/**
 * Packs each library as it was built, with the versions of the catalog in its manifest.
 * @param {string} root
 * @param {string} folder
 */
export async function packLibraries(root, folder) {
  const libraries = join(root, 'packages');
  for (const name of readdirSync(libraries)) removeLeftovers(join(libraries, name));
  const pnpm = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  const options = ['--recursive', '--filter', './packages/*', `--config.pnpmfile=${HOOKS}`];
  await runOrFail([process.execPath, pnpm, ...options, 'pack', '--pack-destination', folder], {
    cwd: root,
    env: toolEnv(),
  });
}

/**
 * Removes what was built from sources that are gone: the compiler leaves it lying about.
 * @param {string} folder of a package
 */
function removeLeftovers(folder) {
  const built = join(folder, 'dist');
  if (!existsSync(built)) throw new Error(`${built} is missing: build first.`);
  for (const entry of readdirSync(built, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const source = join(folder, 'src', path.slice(built.length).replace(/(\.d\.ts|\.js)$/, '.ts'));
    if (entry.isFile() && !existsSync(source)) rmSync(path);
  }
}
