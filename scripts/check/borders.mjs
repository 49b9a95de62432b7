import { isTestFile, manifestsOf } from './checkout.mjs';
import { importsOf, targetsOf } from './imports.mjs';

/**
 * Which workspace packages a package may import; tests may import whatever their package declares.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const PACKAGE_BORDERS = {
  'packages/shared-protocol': [],
  'packages/relay-core': ['@telepat/otto-protocol'],
  'packages/relay-link': ['@telepat/otto-protocol'],
  'packages/controller-sdk': ['@telepat/otto-protocol', '@telepat/otto-relay-link'],
  'packages/node-runtime': ['@telepat/otto-protocol', '@telepat/otto-relay-link'],
  'packages/node-chromium': ['@telepat/otto-protocol', '@telepat/otto-relay-link', '@telepat/otto-node-runtime'],
  'packages/relay-http': ['@telepat/otto-protocol', '@telepat/otto-relay-core'],
  'packages/relay-host': ['@telepat/otto-protocol', '@telepat/otto-relay-core', '@telepat/otto-relay-http'],
  'apps/otto-cli': [
    '@telepat/otto-protocol',
    '@telepat/otto-sdk',
    '@telepat/otto-node-runtime',
    '@telepat/otto-node-chromium',
    '@telepat/otto-relay-host',
  ],
  'examples/sdk': ['@telepat/otto-sdk'],
  'examples/embed-relay-core': ['@telepat/otto-protocol', '@telepat/otto-relay-core'],
};

/**
 * Packages that may import no package from outside the workspace, and nothing of Node, but for the names given.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const PURE_PACKAGES = {
  'packages/shared-protocol': ['zod'],
  'packages/relay-core': [],
  'packages/relay-link': [],
  'packages/node-runtime': [],
};

const aboutSessions = ['session/authentication', 'session/controller-commands', 'session/live-log'];

/**
 * Within the core, which folders a folder may use: `values` at run time, `types` for the compiler only. Files beside
 * the folders go by their own names.
 * @type {Readonly<Record<string, { values: readonly string[], types: readonly string[] }>>}
 */
const CORE_BORDERS = {
  ports: { values: [], types: ['access', 'logs'] },
  node: { values: ['ports'], types: ['config'] },
  access: { values: ['ports'], types: ['config', 'logs'] },
  logs: { values: ['ports'], types: ['access', 'config'] },
  durable: {
    values: ['ports', 'node', 'logs', 'session/command-log', 'session/per-node-table'],
    types: ['config', 'session'],
  },
  session: {
    values: ['ports', 'access', 'logs', 'node', 'frames/table'],
    types: ['config', 'durable', 'relay-rooms'],
  },
  // Looks at everything and changes nothing.
  status: {
    values: ['ports', 'access', 'session/controller-commands'],
    types: ['durable', 'node', 'relay-rooms', 'session'],
  },
  // What hangs on a session, but never the session itself: it imports the table of frames.
  frames: {
    values: ['ports', 'access', 'logs', 'node', 'durable', ...aboutSessions],
    types: ['config', 'session', 'relay-rooms'],
  },
};

const CORE_FOLDER = 'packages/relay-core/src/';

/**
 * Every import that crosses a border, with the rule that forbids it.
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {string[]}
 */
export function borderProblems(checkout) {
  const manifests = manifestsOf(checkout);
  /** @type {string[]} */
  const problems = [];
  for (const folder of manifests.keys()) {
    if (!(folder in PACKAGE_BORDERS))
      problems.push(`${folder}: has no row in PACKAGE_BORDERS of scripts/check/borders.mjs`);
  }
  for (const [path, text] of checkout.files) {
    const folder = /^(?:packages|apps|examples)\/[^/]+/.exec(path)?.[0];
    const manifest = folder === undefined ? undefined : manifests.get(folder);
    if (folder === undefined || manifest === undefined || !/\.(ts|js|mjs)$/.test(path)) continue;
    for (const one of importsOf(path, text)) {
      const problem = packageProblem({ path, folder, manifest }, one) ?? coreProblem(path, one, checkout.files);
      if (problem !== undefined) problems.push(`${path}:${one.line}: imports ${one.specifier}; ${problem}`);
    }
  }
  return problems;
}

/**
 * Dependencies that a package declares and never imports.
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {string[]}
 */
export function unusedDependencies(checkout) {
  /** @type {string[]} */
  const problems = [];
  for (const [folder, manifest] of manifestsOf(checkout)) {
    const files = [...checkout.files].filter(([path]) => path.startsWith(`${folder}/`) && /\.(ts|js|mjs)$/.test(path));
    const used = new Set(files.flatMap(([path, text]) => importsOf(path, text)).map((one) => packageOf(one.specifier)));
    const isNamed = (/** @type {string} */ name) =>
      files.some(([, text]) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
    const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
    for (const name of Object.keys(declared)) {
      if (!used.has(name) && !isTypesOfUsed(name, used) && !isNamed(name))
        problems.push(`${folder}/package.json: never imports ${name}`);
    }
  }
  return problems;
}

/**
 * @param {{ path: string, folder: string, manifest: import('./checkout.mjs').Manifest }} from
 * @param {import('./imports.mjs').Import} one
 */
function packageProblem({ path, folder, manifest }, { specifier, isType }) {
  if (specifier.startsWith('.')) {
    return leavesPackage(path, specifier, folder) ? 'a package may not reach into another one by path' : undefined;
  }
  if (specifier.startsWith('#')) return undefined;
  const isTest = isTestFile(path);
  const isPlatform = path.startsWith(`${folder}/src/platform/`);
  const pure = PURE_PACKAGES[folder];
  if (specifier.startsWith('node:')) {
    return pure !== undefined && !isTest && !isPlatform ? 'this package knows nothing of Node' : undefined;
  }
  const name = packageOf(specifier);
  if (name === manifest.name) return undefined;
  if (isTest) return declares(manifest, name, true) ? undefined : `package.json does not declare ${name}`;
  if (specifier.endsWith('/testing')) return 'only tests may use a testing door';
  if (!declares(manifest, name, isType)) return `package.json does not declare ${name}`;
  if (name.startsWith('@telepat/')) {
    const allowed = PACKAGE_BORDERS[folder] ?? [];
    return allowed.includes(name) ? undefined : `${folder} may import ${allowed.join(', ') || 'no other package'}`;
  }
  return pure !== undefined && !pure.includes(name) ? 'this package imports nothing from outside' : undefined;
}

/**
 * @param {string} path
 * @param {import('./imports.mjs').Import} one
 * @param {ReadonlyMap<string, string>} files
 */
function coreProblem(path, { specifier, isType }, files) {
  const [target] = targetsOf(path, specifier, files);
  if (!path.startsWith(CORE_FOLDER) || target === undefined || isTestFile(path)) return undefined;
  const from = path.slice(CORE_FOLDER.length).split('/')[0] ?? '';
  const to = target.slice(CORE_FOLDER.length).replace(/\.ts$/, '');
  const rule = CORE_BORDERS[from];
  if (rule === undefined || to.startsWith(`${from}/`)) return undefined;
  const allowed = isType ? [...rule.values, ...rule.types] : rule.values;
  if (allowed.some((name) => to === name || to.startsWith(`${name}/`))) return undefined;
  return `in the core, ${from} may use ${rule.values.join(', ') || 'nothing'}, and as types ${rule.types.join(', ')}`;
}

/**
 * @param {string} path
 * @param {string} specifier
 * @param {string} folder
 */
function leavesPackage(path, specifier, folder) {
  const depth = path.slice(folder.length + 1).split('/').length - 1;
  const ups = specifier.split('/').filter((part) => part === '..').length;
  return ups > depth;
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * @param {import('./checkout.mjs').Manifest} manifest
 * @param {string} name
 * @param {boolean} orDevelopment types are needed by the compiler only, so a development dependency will do
 */
function declares(manifest, name, orDevelopment) {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  const declared = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  // The root declares the test runner for all.
  if (orDevelopment && (name === 'vitest' || name === 'fast-check')) return true;
  return name in declared || (orDevelopment && devDependencies !== undefined && name in devDependencies);
}

/**
 * @param {string} name
 * @param {ReadonlySet<string>} used
 */
function isTypesOfUsed(name, used) {
  return name === '@types/node' || (name.startsWith('@types/') && used.has(name.slice('@types/'.length)));
}
