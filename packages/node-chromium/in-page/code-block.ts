import { codeLanguage } from './code-language.js';
import { attributeOf, childNodesOf, isElement, nameOf, nodeTypeOf, textOf } from './dom.js';

/** A copy of a `pre` as `pre > code`, with the language that its page names in one of the usual ways. */
export function codeBlock(source: Element, inert: Document): Element {
  const block = inert.createElement('pre');
  const code = inert.createElement('code');
  const language = codeLanguage(source);
  if (language !== undefined) code.className = `language-${language}`;
  code.textContent = codeOf(source).replace(/^\n|\s+$/g, '');
  block.append(code);
  return block;
}

/** Code that stands in lines of its own without a `pre` around it. */
export function isCodeBlock(source: Element): boolean {
  const { display, whiteSpace } = getComputedStyle(source);
  return display === 'block' && /^(?:pre|break)/.test(whiteSpace) && /\S\n/.test(textOf(source) ?? '');
}

/** The text of code. Highlighters put each line into an element of its own, or break lines with `br`. */
export function codeOf(element: Element): string {
  let text = '';
  for (const child of childNodesOf(element)) {
    if (nodeTypeOf(child) === Node.TEXT_NODE) text += child.nodeValue ?? '';
    else if (isElement(child)) text += codeOfElement(child, text);
  }
  return text;
}

const LINES = new Set(['div', 'p', 'li', 'tr']);
const NOT_CODE = new Set(['button', 'script', 'style', 'template']);

/** What numbers lines within them. */
const NUMBER =
  /(?:^|\s)(?:linenos?|line-?numbers?|ln|lnt|hljs-ln-numbers|linenumber|react-syntax-highlighter-line-number)(?:\s|$)/i;

function codeOfElement(element: Element, before: string): string {
  const name = nameOf(element);
  if (NOT_CODE.has(name) || isLineNumber(element) || getComputedStyle(element).display === 'none') return '';
  if (name === 'br') return '\n';
  const text = codeOf(element);
  if (!LINES.has(name)) return text;
  const isAtLineStart = before === '' || before.endsWith('\n');
  return `${isAtLineStart ? '' : '\n'}${text}${text.endsWith('\n') ? '' : '\n'}`;
}

function isLineNumber(element: Element): boolean {
  return NUMBER.test(attributeOf(element, 'class') ?? '') && /^[\s\d]*$/.test(textOf(element) ?? '');
}
