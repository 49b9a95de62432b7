import { posix } from 'node:path';
import ts from 'typescript';

/**
 * Everything that a module imports, re-exports, loads with `import()` or names by `new URL(…, import.meta.url)`.
 * @param {string} path
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const one = importIn(node);
    if (one !== undefined) {
      found.push({ ...one, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The files that a specifier may mean, as the sources spell it: `./x.js` stands for `./x.ts`, `#x` for the rows of
 * `imports` in the package's manifest. Other packages have none here.
 *
 * @param {string} from
 * @param {string} specifier
 * @param {ReadonlyMap<string, string>} files
 * @returns {string[]}
 */
export function targetsOf(from, specifier, files) {
  if (specifier.startsWith('#')) return hashTargets(from, specifier, files);
  if (!specifier.startsWith('.')) return [];
  const path = posix.normalize(posix.join(posix.dirname(from), specifier));
  const source = path.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  return [path, path.replace(/\.js$/, '.ts'), source].filter((candidate) => files.has(candidate)).slice(0, 1);
}

/**
 * @param {string} from
 * @param {string} specifier
 * @param {ReadonlyMap<string, string>} files
 */
function hashTargets(from, specifier, files) {
  const folder = /^(?:packages|apps|examples)\/[^/]+/.exec(from)?.[0] ?? '';
  const { imports = {} } = JSON.parse(files.get(`${folder}/package.json`) ?? '{}');
  const texts = JSON.stringify(imports[specifier] ?? {}).match(/\.\/src\/[^"]+/g) ?? [];
  return texts.map((text) => posix.join(folder, text)).filter((path) => files.has(path));
}

/**
 * @param {ts.Node} node
 * @returns {Omit<Import, 'line'> | undefined}
 */
function importIn(node) {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, isStatic: true, ...namesOf(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    const elements =
      node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    const isType = node.isTypeOnly || (elements.length > 0 && elements.every((element) => element.isTypeOnly));
    return { specifier: node.moduleSpecifier.text, isStatic: true, isType, names: elements.map(originalName) };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const found = literal(node.argument.literal);
    return found === undefined ? undefined : { ...found, isType: true };
  }
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  if (!isUrl || node.arguments?.[1]?.getText() !== 'import.meta.url') return undefined;
  const named = literal(node.arguments[0]);
  // A relative address may leave out the dot that an import needs.
  return named === undefined || /^[.#]|^\w+:/.test(named.specifier)
    ? named
    : { ...named, specifier: `./${named.specifier}` };
}

/** @param {ts.ImportClause | undefined} clause */
function namesOf(clause) {
  if (clause === undefined) return { isType: false, names: [] };
  const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const bindings = clause.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return { isType, names: ['*'] };
  const areTypes = bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
  const names = bindings.elements.map(originalName);
  return clause.name === undefined ? { isType: isType || areTypes, names } : { isType, names: [...names, 'default'] };
}

/** @param {ts.ImportSpecifier | ts.ExportSpecifier} element */
function originalName(element) {
  return (element.propertyName ?? element.name).text;
}

/**
 * @param {ts.Node | undefined} node
 * @returns {Omit<Import, 'line'> | undefined}
 */
function literal(node) {
  return node !== undefined && ts.isStringLiteralLike(node)
    ? { specifier: node.text, isStatic: false, isType: false, names: ['*'] }
    : undefined;
}

/**
 * @typedef {{ specifier: string, isStatic: boolean, isType: boolean, names: string[], line: number }} Import
 *   `names` are the originals, `*` stands for all of them; static is what is loaded before the module runs
 */
