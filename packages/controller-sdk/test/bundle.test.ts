import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { expect, it } from 'vitest';

/** Minified and gzipped, with everything that it needs. */
const BUNDLE_BYTES_MAX = 30_000;

it('for browsers the SDK is small, and has nothing of Node and no schema library in it', async () => {
  const { bytes, inputs, imports } = await bundleFor('browser');

  expect(gzipSync(bytes, { level: 9 }).byteLength).toBeLessThan(BUNDLE_BYTES_MAX);
  expect(inputs).toContainEqual(expect.stringMatching(/platform\/browser\.ts$/));
  expect(inputs.filter((path) => /node_modules|platform\/node\.ts/.test(path))).toEqual([]);
  expect(imports).toEqual([]);
});

it('for Node it takes the other platform', async () => {
  const { inputs } = await bundleFor('node');

  expect(inputs).toContainEqual(expect.stringMatching(/platform\/node\.ts$/));
  expect(inputs.filter((path) => /zod|platform\/browser\.ts/.test(path))).toEqual([]);
});

/** The whole public surface in one file, and what found its way into it. */
async function bundleFor(platform: 'browser' | 'node') {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    conditions: ['@telepat/source'],
    logLevel: 'silent',
  });
  const [output] = Object.values<Metafile['outputs'][string]>(metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    bytes: outputFiles[0]?.contents ?? new Uint8Array(),
    inputs: used.map(([path]) => path),
    imports: output?.imports.map(({ path }) => path) ?? [],
  };
}
