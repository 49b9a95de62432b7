import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.turbo', 'coverage', 'artifacts', 'results']);
const TEXT_FILE = /\.(ts|mjs|js|json|md|ya?ml|html|sh)$|^\.npmrc$|^run$/;

/**
 * Reads every text file of a checkout that people write, git or no git.
 * @param {string} root
 * @returns {Checkout}
 */
export function readCheckout(root) {
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) walk(path);
      if (entry.isFile() && TEXT_FILE.test(entry.name)) files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  walk('');
  return { files };
}

/**
 * The workspace packages of a checkout, by folder.
 * @param {Checkout} checkout
 * @returns {Map<string, Manifest>}
 */
export function manifestsOf({ files }) {
  /** @type {Map<string, Manifest>} */
  const manifests = new Map();
  for (const [path, text] of files) {
    const match = /^((?:packages|apps|examples)\/[^/]+)\/package\.json$/.exec(path);
    if (match?.[1] !== undefined) manifests.set(match[1], JSON.parse(text));
  }
  return manifests;
}

/**
 * The versions that a table of the workspace's settings pins, by package.
 * @param {Checkout} checkout
 * @param {'catalog' | 'overrides'} table of the overrides, those that concern one package alone are left out
 * @returns {Map<string, string>}
 */
export function pinsOf({ files }, table) {
  const rows = new RegExp(`^${table}:\\n((?: +.*\\n)*)`, 'm').exec(files.get('pnpm-workspace.yaml') ?? '')?.[1] ?? '';
  const pins = rows.matchAll(/^ {2}'?([^:'\n>]+)'?: (\S+)$/gm);
  return new Map([...pins].map(([, name = '', version = '']) => [name, version]));
}

/**
 * Whether a file is not shipped (tests, fakes, what makes generated sources), and so is free to import what its package only
 * develops with.
 * @param {string} path
 */
export function isTestFile(path) {
  return /\.test\.ts$|^(packages|apps|examples)\/[^/]+\/((?!src\/|bin\/)|src\/testing\/)|^e2e\//.test(path);
}

/**
 * @typedef {{ files: Map<string, string> }} Checkout file texts by path from the root, with forward slashes
 * @typedef {{ name: string, imports?: Record<string, object>, scripts?: Record<string, string>, exports?: Record<string, Record<string, string>>, bin?: Record<string, string>,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>, devDependencies?: Record<string, string> }} Manifest
 */
