import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundled CommonJS packages look for `require`, which a module does not have. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles a script with the packages that it uses, all from their sources, into one file that Node runs as it is.
 *
 * @param {URL} script
 * @param {string} folder
 * @returns {Promise<string>} the file
 */
export async function bundle(script, folder) {
  const outfile = join(
    folder,
    `${fileURLToPath(script)
      .replace(/^.*[\\/]/, '')
      .replace(/\.ts$/, '')}.mjs`,
  );
  await build({
    entryPoints: [fileURLToPath(script)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@telepat/source'],
    banner: { js: BANNER },
    logLevel: 'error',
  });
  return outfile;
}
