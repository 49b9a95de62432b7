import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sources = new URL('../src/', import.meta.url);

/** Limits that no storm would reach as they are: in a simulated world, relay and model go by these. */
const SMALL_LIMITS = {
  UNTABBED_PER_IDENTITY_MAX: 5,
  UNTABBED_PER_NODE_MAX: 6,
  LOCKS_PER_IDENTITY_MAX: 2,
  LISTENERS_PER_IDENTITY_MAX: 2,
  DURABLE_PER_IDENTITY_MAX: 5,
};

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
      plugins: [narrowing(), ...(mutation === undefined ? [] : [mutating(mutation)])],
    });
    return await run(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts the small limits in the place of the true ones.
 *
 * @returns {import('esbuild').Plugin}
 */
function narrowing() {
  return {
    name: 'limits',
    setup: ({ onLoad }) =>
      onLoad({ filter: /[/\\]src[/\\]limits\.ts$/ }, ({ path }) => ({ contents: narrowed(path), loader: 'ts' })),
  };
}

/** @param {string} path */
function narrowed(path) {
  let contents = readFileSync(path, 'utf8');
  for (const [name, value] of Object.entries(SMALL_LIMITS)) {
    const row = new RegExp(`^export const ${name} = .*;$`, 'm');
    if (!row.test(contents)) throw new Error(`${path} has no limit called ${name}.`);
    contents = contents.replace(row, `export const ${name} = ${value};`);
  }
  return contents;
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
  return replacing('mutation', path, parts.join(replace));
}

/**
 * @param {string} name
 * @param {string} path
 * @param {string} contents
 * @returns {import('esbuild').Plugin}
 */
function replacing(name, path, contents) {
  return {
    name,
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, (one) => (one.path === path ? { contents, loader: 'ts' } : undefined)),
  };
}
