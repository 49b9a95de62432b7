import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundled CommonJS packages look for `require`, which a module does not have. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles a script with the packages that it uses, all from their sources, into files that Node runs as they are.
 *
 * @param {URL} script
 * @param {string} folder
 * @returns {Promise<string>} the one to run
 */
export async function bundle(script, folder) {
  const name = basename(fileURLToPath(script), '.ts');
  await build({
    entryPoints: [fileURLToPath(script)],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // What a script imports late is not read before.
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@telepat/source'],
    banner: { js: BANNER },
    logLevel: 'error',
  });
  return join(folder, `${name}.mjs`);
}
