import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { importsOf } from '../check/imports.mjs';

/**
 * What is started as a program or as a thread of its own, by the name that it is looked for under. All other files of
 * the bundle lie beside `main`: what a module finds by its own address must be where the bundle has it.
 */
const ENTRIES = {
  main: 'apps/otto-cli/src/main.ts',
  'daemon/entry': 'apps/otto-cli/src/daemon/entry.ts',
  'keychain/entry': 'apps/otto-cli/src/keychain/entry.ts',
  'reading-program': 'packages/relay-host/src/oplog/reading-program.ts',
};

/**
 * Packages from outside that go into the bundle. Each is a hundred files and more, all loaded at the start of every
 * command or relay, and that alone would be a third of the time of `otto start`.
 */
const INSIDE = ['jose', 'zod'];

/**
 * Bundles the command line with the workspace packages that it uses, from their sources. Most packages of others stay
 * outside.
 *
 * @param {string} root
 * @param {string} folder `dist` of a package that has its other files already
 * @returns {Promise<Bundle>}
 */
export async function bundleCommandLine(root, folder) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: folder,
    chunkNames: '[name]-[hash]',
    // What is imported late is not read before.
    splitting: true,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@telepat/source'],
    plugins: [othersStayOutside],
    legalComments: 'inline',
    logLevel: 'error',
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const imports = outputFiles.flatMap(({ path, text }) => importsOf(path, text).map((one) => ({ ...one, path })));
  for (const { path, specifier } of imports) {
    if (specifier.startsWith('.') && !existsSync(fileURLToPath(new URL(specifier, pathToFileURL(path)))))
      throw new Error(`${path} looks for ${specifier}, which the bundle does not have.`);
  }
  return {
    inside: foldersOf(Object.keys(metafile.inputs)).map((path) => join(root, path)),
    imports: imports.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith('.')),
    isNamed: (specifier) => outputFiles.some(({ text }) => text.includes(`"${specifier}"`)),
  };
}

/** @type {import('esbuild').Plugin} */
const othersStayOutside = {
  name: 'others-stay-outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^.#/]/ }, ({ path, kind }) => {
      const isInside = kind === 'entry-point' || path.startsWith('@telepat/') || INSIDE.includes(path);
      return isInside ? undefined : { path, external: true };
    });
  },
};

/**
 * The folders of packages from outside, of which something was bundled.
 * @param {string[]} files
 */
function foldersOf(files) {
  return [...new Set(files.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))].sort();
}

/**
 * @typedef {object} Bundle
 * @property {string[]} imports everything that is imported from outside
 * @property {(specifier: string) => boolean} isNamed whether something is at least named
 * @property {string[]} inside folders of the packages from outside that are bundled
 */
