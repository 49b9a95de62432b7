import ts from 'typescript';
import { isTestFile, manifestsOf } from './checkout.mjs';
import { importsOf, targetsOf } from './imports.mjs';

/**
 * Files that nothing imports, exported values that nobody uses, and circles of imports.
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {string[]}
 */
export function deadCodeProblems(checkout) {
  const modules = modulesOf(checkout);
  const entries = entriesOf(checkout);
  const reached = reachedFrom(entries, modules);
  const problems = [...modules.keys()]
    .filter((path) => !reached.has(path) && !path.endsWith('.d.ts'))
    .map((path) => `${path}: nothing that runs imports it`);
  return [...problems, ...unusedExports(checkout, modules, entries), ...importCircles(modules)];
}

/**
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {Map<string, Edge[]>}
 */
function modulesOf({ files }) {
  /** @type {Map<string, Edge[]>} */
  const modules = new Map();
  for (const [path, text] of files) {
    if (!/^(packages|apps|examples|scripts|bench)\/.*\.(ts|js|mjs)$/.test(path)) continue;
    const edges = importsOf(path, text).flatMap(({ specifier, isStatic, isType, names }) =>
      targetsOf(path, specifier, files).map((target) => ({ target, isStatic, isType, names })),
    );
    modules.set(path, edges);
  }
  return modules;
}

/**
 * Where running begins: what package.json names, site commands, which are loaded by their place, the script of a web
 * page, tests and the programs that they start, and programs of the root.
 * @param {import('./checkout.mjs').Checkout} checkout
 */
function entriesOf(checkout) {
  const entries = new Set(
    [...checkout.files.keys()].filter((path) =>
      /\.test\.ts$|^e2e\/|\/test\/children\/|^packages\/[^/]+\/site-commands\/|\/page\/page\.ts$/.test(path),
    ),
  );
  for (const [folder, { exports = {}, bin = {}, scripts = {} }] of manifestsOf(checkout)) {
    const doors = Object.values(exports).map((door) => door['@telepat/source'] ?? door['default'] ?? '');
    const programs = Object.values(scripts).flatMap((script) => script.match(/[\w./-]+\.m?js(?!\w)/g) ?? []);
    for (const door of [...doors, ...Object.values(bin), ...programs.map(sourceOf)])
      entries.add(`${folder}/${door.replace(/^\.\//, '')}`);
  }
  const callers = ['package.json', '.ci/run', 'vitest.config.ts']
    .map((path) => checkout.files.get(path) ?? '')
    .join('\n');
  for (const [mention] of callers.matchAll(/[\w./-]+\.(?:mjs|ts)\b/g)) {
    const path = mention.replace(/^\.\//, '');
    if (checkout.files.has(path)) entries.add(path);
  }
  return entries;
}

/**
 * What a built program is built from.
 * @param {string} program
 */
function sourceOf(program) {
  return program.replace(/^(?:\.\/)?dist\/(.*)\.js$/, 'src/$1.ts');
}

/**
 * @param {Iterable<string>} entries
 * @param {ReadonlyMap<string, Edge[]>} modules
 */
function reachedFrom(entries, modules) {
  const reached = new Set(entries);
  for (const path of reached) for (const { target } of modules.get(path) ?? []) reached.add(target);
  return reached;
}

/**
 * Exported functions, classes and constants that no other file imports; what only its own test imports must at least
 * be used beside it. Types are left alone: they often only complete a signature.
 *
 * @param {import('./checkout.mjs').Checkout} checkout
 * @param {ReadonlyMap<string, Edge[]>} modules
 * @param {ReadonlySet<string>} entries
 */
function unusedExports({ files }, modules, entries) {
  /** @type {Set<string>} */
  const used = new Set();
  for (const [path, edges] of modules) {
    for (const { target, names } of edges) {
      const isOwnTest = path === target.replace(/\.ts$/, '.test.ts');
      const isUsed = (/** @type {string} */ name) => !isOwnTest || occursTwice(name, files.get(target) ?? '');
      for (const name of names.filter(isUsed)) used.add(`${target}#${name}`);
    }
  }
  return [...modules.keys()]
    .filter((path) => !entries.has(path) && !isTestFile(path) && !used.has(`${path}#*`))
    .flatMap((path) => valuesExportedBy(path, files.get(path) ?? '').map((name) => ({ path, name })))
    .filter(({ path, name }) => !used.has(`${path}#${name}`))
    .map(({ path, name }) => `${path}: exports ${name}, which no other file uses`);
}

/**
 * @param {string} name
 * @param {string} text
 */
function occursTwice(name, text) {
  return text.split(new RegExp(`(?<![\\w$])${name}(?![\\w$])`)).length > 2;
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
function valuesExportedBy(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      return [statement.name?.text ?? 'default'];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  });
}

/**
 * Circles of static imports: whoever is loaded first sees the other half-made.
 * @param {ReadonlyMap<string, Edge[]>} modules
 */
function importCircles(modules) {
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @param {string[]} trail */
  const visit = (trail) => {
    const path = trail.at(-1) ?? '';
    state.set(path, 'open');
    for (const { target, isStatic, isType } of modules.get(path) ?? []) {
      if (isType || !isStatic) continue;
      if (state.get(target) === 'open') {
        problems.push(`circle of imports: ${[...trail.slice(trail.indexOf(target)), target].join(' → ')}`);
      } else if (!state.has(target)) visit([...trail, target]);
    }
    state.set(path, 'done');
  };
  for (const path of modules.keys()) if (!state.has(path)) visit([path]);
  return problems;
}

/** @typedef {{ target: string, isStatic: boolean, isType: boolean, names: string[] }} Edge */
