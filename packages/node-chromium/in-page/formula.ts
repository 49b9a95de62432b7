import type { Become } from './copy-tree.js';
import { attributeOf, firstMatch, nameOf, textOf } from './dom.js';

/**
 * Whether an element is a formula: in MathML, or of KaTeX, MathJax or MediaWiki, which show it by other means and keep
 * what it was written as beside that.
 */
export function isFormula(source: Element): boolean {
  const name = nameOf(source);
  if (name === 'math' || name === 'mjx-container') return true;
  if (name === 'script') return /^math\/tex/.test(attributeOf(source, 'type') ?? '');
  return FORMULA_CLASS.test(attributeOf(source, 'class') ?? '');
}

const FORMULA_CLASS = /(?:^|\s)(?:katex|mwe-math-element|MathJax|MathJax_Display|MathJax_Preview)(?:\s|$)/;

/** A formula in TeX where the page keeps it, else the characters of it. */
export function formula(source: Element, inert: Document): Become<never> | undefined {
  const isOfMathJax = /(?:^|\s)MathJax/.test(attributeOf(source, 'class') ?? '');
  // What it was written as comes right after.
  if (isOfMathJax) return undefined;
  const tex = texOf(source);
  const text = (tex ?? mathOf(source)).replace(/\s+/g, ' ').trim();
  if (text === '') return undefined;
  const copy = inert.createElement(tex === undefined ? 'span' : 'math');
  copy.textContent = text;
  if (tex !== undefined && isDisplayed(source)) copy.setAttribute('display', 'block');
  return { copy, isWhole: true };
}

function texOf(source: Element): string | undefined {
  if (nameOf(source) === 'script') return textOf(source) ?? undefined;
  const annotation = firstMatch(source, 'annotation[encoding="application/x-tex"]');
  if (annotation !== null) return withoutStyle(textOf(annotation) ?? '');
  const math = nameOf(source) === 'math' ? source : firstMatch(source, 'math');
  const alternative = math === null ? null : attributeOf(math, 'alttext');
  return alternative === null || alternative.trim() === '' ? undefined : withoutStyle(alternative);
}

/** MediaWiki puts each formula into a group of its own. */
function withoutStyle(tex: string): string {
  return /^\{\\(?:displaystyle|textstyle) ([\s\S]*)\}$/.exec(tex.trim())?.[1] ?? tex;
}

function mathOf(source: Element): string {
  const math = nameOf(source) === 'math' ? source : firstMatch(source, 'math');
  return textOf(math ?? source) ?? '';
}

function isDisplayed(source: Element): boolean {
  if (nameOf(source) === 'script') return /mode=display/.test(attributeOf(source, 'type') ?? '');
  const math = nameOf(source) === 'math' ? source : firstMatch(source, 'math');
  if (math !== null && attributeOf(math, 'display') === 'block') return true;
  return attributeOf(source, 'display') === 'true';
}
