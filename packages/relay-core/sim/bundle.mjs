import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('../src/', import.meta.url);

/**
 * Bundles the simulation with the core that it drives, both from their sources, into one file. With a mutation, the
 * core in it is broken on purpose.
 *
 * @param {{ outfile: string, mutation?: import('./mutations.mjs').Mutation }} options
 */
export async function bundle({ outfile, mutation }) {
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
}

/**
 * @param {import('./mutations.mjs').Mutation} mutation
 * @returns {import('esbuild').Plugin}
 */
function mutating({ file, search, replace }) {
  const path = fileURLToPath(new URL(file, folder));
  const text = readFileSync(path, 'utf8');
  const parts = text.split(search);
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
