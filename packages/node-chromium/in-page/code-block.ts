import { attributeOf, childNodesOf, isElement, nameOf, nodeTypeOf, parentOf } from './dom.js';

/** A copy of a `pre` as `pre > code`, with the language that its page names in one of the usual ways. */
export function codeBlock(source: Element, inert: Document): Element {
  const block = inert.createElement('pre');
  const code = inert.createElement('code');
  const language = languageOf(source);
  if (language !== undefined) code.className = `language-${language}`;
  code.textContent = codeOf(source).replace(/^\n|\s+$/g, '');
  block.append(code);
  return block;
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

function codeOfElement(element: Element, before: string): string {
  const name = nameOf(element);
  if (NOT_CODE.has(name) || getComputedStyle(element).display === 'none') return '';
  if (name === 'br') return '\n';
  const text = codeOf(element);
  if (!LINES.has(name)) return text;
  const isAtLineStart = before === '' || before.endsWith('\n');
  return `${isAtLineStart ? '' : '\n'}${text}${text.endsWith('\n') ? '' : '\n'}`;
}

function languageOf(block: Element): string | undefined {
  const code = [...childNodesOf(block)].filter(isElement).find((child) => nameOf(child) === 'code');
  const places = [code, block, parentOf(block)].filter((place) => place !== undefined && place !== null);
  for (const place of places) {
    const named = attributeOf(place, 'data-lang') ?? attributeOf(place, 'data-language');
    const words = attributeOf(place, 'class') ?? '';
    const language = named ?? /(?:^|\s)(?:language|lang|highlight-source|highlight-text)-([\w+#.-]+)/.exec(words)?.[1];
    if (language !== undefined && /^[\w+#.-]{1,30}$/.test(language)) return language.toLowerCase();
  }
  return undefined;
}
