import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * What the index of a package exports, in its order: each name with the statement that declares it, wherever that is.
 * @param {string} indexPath
 * @param {Readonly<Record<string, string>>} packages the index of each package whose names may be passed on
 * @returns {readonly PublicName[]}
 */
export function publicNames(indexPath, packages) {
  /** @type {Map<string, ts.SourceFile>} */
  const parsed = new Map();
  /** @param {string} path */
  const fileOf = (path) => {
    const file =
      parsed.get(path) ?? ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    parsed.set(path, file);
    return file;
  };

  /**
   * @param {string} path
   * @param {string} name
   * @returns {Declaration}
   */
  const find = (path, name) => {
    const file = fileOf(path);
    for (const statement of file.statements) {
      if (namesDeclaredBy(statement).includes(name)) return statement;
      if (!ts.isExportDeclaration(statement)) continue;
      const from = exportsOf(statement).find((one) => one.name === name);
      if (from !== undefined) return find(targetOf(path, statement, packages), from.original);
    }
    throw new Error(`${path} exports ${name}, and nothing declares it.`);
  };

  return fileOf(indexPath)
    .statements.filter(ts.isExportDeclaration)
    .flatMap((statement) => exportsOf(statement).map(({ name }) => ({ name, declaration: find(indexPath, name) })));
}

/** @param {ts.ExportDeclaration} statement */
function exportsOf({ exportClause }) {
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name, propertyName }) => ({
    name: name.text,
    original: (propertyName ?? name).text,
  }));
}

/**
 * @param {ts.Statement} statement
 * @returns {string[]}
 */
function namesDeclaredBy(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

/**
 * @param {string} path
 * @param {ts.ExportDeclaration} statement
 * @param {Readonly<Record<string, string>>} packages
 */
function targetOf(path, { moduleSpecifier }, packages) {
  const specifier = moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
  return packages[specifier] ?? join(dirname(path), specifier.replace(/\.js$/, '.ts'));
}

/**
 * @typedef {ts.Statement} Declaration
 * @typedef {{ name: string, declaration: Declaration }} PublicName
 */
