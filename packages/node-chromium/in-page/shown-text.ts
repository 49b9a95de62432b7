import { hasShadow, innerTextOf, isElement, nameOf, nodeTypeOf, shownChildrenOf, textOf } from './dom.js';

/**
 * The text of an element as it is shown. The browser's own `innerText` passes by the shadow trees of components, so
 * where there are some, the text is put together here by the same rules, but for `text-transform`.
 */
export function shownText(element: Element): string {
  if (!hasShadow(element)) return element instanceof HTMLElement ? innerTextOf(element) : (textOf(element) ?? '');
  const text = new TextOnLines();
  addShown(element, text, 0);
  return text.toString();
}

/** Deeper than any page that people write; below, only the text is taken. */
const DEPTH_MAX = 400;

/** What stands in these is shown by other means than text, or is the value of a control. */
const NOT_TEXT = new Set('iframe object embed video audio canvas svg textarea input script style'.split(' '));

function addShown(element: Element, text: TextOnLines, depth: number): void {
  const style = getComputedStyle(element);
  const name = nameOf(element);
  if (style.display === 'none' || NOT_TEXT.has(name)) return;
  if (name === 'br') return text.add('\n', { isKept: true });
  if (depth > DEPTH_MAX) return text.add(textOf(element) ?? '', { isKept: false });

  const lines = name === 'p' ? 2 : isBlock(style.display) ? 1 : 0;
  text.breakLine(lines);
  for (const child of shownChildrenOf(element)) {
    if (isElement(child)) addShown(child, text, depth + 1);
    else if (nodeTypeOf(child) === Node.TEXT_NODE && style.visibility === 'visible') {
      text.add(child.nodeValue ?? '', { isKept: /^(pre|break)/.test(style.whiteSpace) });
    }
  }
  if (style.display === 'table-cell') text.add('\t', { isKept: true });
  text.breakLine(lines);
}

function isBlock(display: string): boolean {
  return /^(block|flex|grid|list-item|table|table-row|table-caption|flow-root)$/.test(display);
}

/** Text that grows at its end; blanks count once, and line breaks only between lines. */
class TextOnLines {
  readonly #parts: string[] = [];
  #breaks = 0;
  /** After one of these, a blank says nothing. */
  #endsBlank = true;

  add(text: string, { isKept }: { isKept: boolean }): void {
    const shown = isKept ? text : text.replace(/[ \t\r\n\f]+/g, ' ');
    const added = !isKept && this.#endsBlank ? shown.replace(/^ /, '') : shown;
    if (added === '') return;
    if (this.#parts.length > 0 && this.#breaks > 0) this.#parts.push('\n'.repeat(this.#breaks));
    this.#breaks = 0;
    this.#parts.push(added);
    this.#endsBlank = /[ \n\t]$/.test(added);
  }

  breakLine(count: number): void {
    if (count === 0) return;
    this.#breaks = Math.max(this.#breaks, count);
    this.#endsBlank = true;
  }

  toString(): string {
    return this.#parts
      .join('')
      .replace(/[ \t]+$/gm, '')
      .trim();
  }
}
