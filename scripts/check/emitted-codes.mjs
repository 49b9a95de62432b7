import ts from 'typescript';
import { isTestFile } from './checkout.mjs';

/** Where codes are listed, not emitted. */
const CATALOGUES = /^packages\/shared-protocol\/src\/(errors\.ts|actions\/)/;

/**
 * Every text in the shipped sources that could be an error code on its way out: literals that are neither compared
 * with nor matched against.
 *
 * @param {import('./checkout.mjs').Checkout} checkout
 * @returns {Set<string>}
 */
export function emittedTexts({ files }) {
  /** @type {Set<string>} */
  const texts = new Set();
  for (const [path, text] of files) {
    const isSource = /^(packages|apps)\/[^/]+\/src\/.*\.ts$/.test(path) && !isTestFile(path) && !CATALOGUES.test(path);
    if (isSource) collect(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), texts);
  }
  return texts;
}

/**
 * @param {ts.Node} node
 * @param {Set<string>} texts
 */
function collect(node, texts) {
  if (ts.isStringLiteralLike(node) && !isOnlyLookedAt(node)) texts.add(node.text);
  ts.forEachChild(node, (child) => collect(child, texts));
}

/** @param {ts.Node} node */
function isOnlyLookedAt({ parent }) {
  if (ts.isCaseClause(parent) || ts.isLiteralTypeNode(parent)) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
}
