import { codeOf } from './code-block.js';
import { codeLanguage } from './code-language.js';
import { attributeOf, cellsOf, firstMatch, isHtml, nameOf, rowsOf, textOf } from './dom.js';

/**
 * The code of a table that is there to number its lines: all numbers beside all lines, or a row for each line. Undefined
 * for any other table.
 */
export function numberedCode(source: Element, inert: Document): Element | undefined {
  if (!isHtml(source, 'table')) return undefined;
  const rows = [...rowsOf(source)].map(cellsOf);
  if (rows.length === 0 || !rows.every((cells) => cells.length === 2)) return undefined;
  const numbers = rows.map(([number]) => (number === undefined ? '' : (textOf(number) ?? '').trim()));
  if (!numbers.every((number) => /^[\d\s]*$/.test(number))) return undefined;
  const lines = rows.map(([, line]) => line).filter((line) => line !== undefined);
  if (!lines.every((line) => isCode(line))) return undefined;

  const block = inert.createElement('pre');
  const code = inert.createElement('code');
  const [first] = lines;
  const language = first === undefined ? undefined : codeLanguage(firstMatch(first, 'pre, code') ?? source);
  if (language !== undefined) code.className = `language-${language}`;
  code.textContent = lines.map((line) => codeOf(line).replace(/^\n|\s+$/g, '')).join('\n');
  block.append(code);
  return block;
}

function isCode(cell: Element): boolean {
  if (/(?:^|\s)(?:blob-code|code|hljs-ln-code|line|lines|rouge-code)(?:\s|$)/.test(attributeOf(cell, 'class') ?? '')) {
    return true;
  }
  const inner = firstMatch(cell, 'pre, code');
  if (inner === null) return false;
  // All of the cell, and not a word of code in a sentence.
  return nameOf(inner) === 'pre' || (textOf(inner) ?? '').trim() === (textOf(cell) ?? '').trim();
}
