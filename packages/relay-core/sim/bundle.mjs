import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sources = new URL('../src/', import.meta.url);

/**
 * Bundles the simulation with the core that it drives, both from their sources, into one file that Node runs as it is,
 * for as long as `run` takes. With a mutation, the core in it is broken on purpose.
 *
 * @template T
 * @param {(file: string) => Promise<T>} run
 * @param {import('./mutations.mjs').Mutation} [mutation]
 * @returns {Promise<T>}
 */
export async function withBundle(run, mutation) {
  const folder = mkdtempSync(join(tmpdir(), 'otto-sim-'));
  try {
    const outfile = join(folder, 'sim.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@telepat/source'],
      logLevel: 'error',
      plugins: mutation === undefined ? [] : [mutating(mutation)],
    });
    return await run(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('./mutations.mjs').Mutation} mutation
 * @returns {import('esbuild').Plugin}
 */
function mutating({ file, search, replace }) {
  const path = fileURLToPath(new URL(file, sources));
  const parts = readFileSync(path, 'utf8').split(search);
  if (parts.length !== 2) {
    throw new Error(`${file} has ${parts.length - 1} times what is to be replaced, and should have it once: ${search}`);
  }
  return {
    name: 'mutation',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, (one) =>
        one.path === path ? { contents: parts.join(replace), loader: 'ts' } : undefined,
      ),
  };
}
