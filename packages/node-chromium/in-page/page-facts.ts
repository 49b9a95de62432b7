/**
 * What there is in a page, shown or not, so that of two readings can be said what they kept. Texts come twice: with all
 * that the page has, and as it shows them.
 */
export function pageFacts(body: HTMLElement): PageFacts {
  const elements = elementsIn(body);
  const all = (selector: string): Element[] => elements.filter((element) => element.matches(selector));
  return {
    headings: all('h1, h2, h3, h4, h5, h6, [role="heading"]').map(textsOf).filter(hasText),
    tables: all('table:not(:has(table))').flatMap(tableOf),
    code: all('pre')
      .map(textsOf)
      .filter(([code]) => !NUMBERS.test(code)),
    links: all('a[href]').flatMap(linkOf),
    items: all('li').map(textsOf).filter(hasText),
    images: all('img').flatMap(pictureOf),
    text:
      elements.flatMap((element) => (element.shadowRoot === null ? [] : [shownOf(element)])).join(' ') + body.innerText,
  };
}

/** Those in open shadow trees, too. */
function elementsIn(root: Element | ShadowRoot): Element[] {
  return [...root.querySelectorAll('*')].flatMap((element) =>
    element.shadowRoot === null ? [element] : [element, ...elementsIn(element.shadowRoot)],
  );
}

function textsOf(element: Element): Texts {
  return [textOf(element), shownOf(element)];
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (node instanceof Element && isLineNumber(node)) return '';
  if (node instanceof Element && NOT_TEXT.has(node.localName)) return node.localName === 'br' ? '\n' : '';
  const inside = node instanceof HTMLSlotElement ? node.assignedNodes() : [...node.childNodes];
  return inside.map(textOf).join('');
}

const NOT_TEXT = new Set('br script style noscript template svg select textarea button'.split(' '));

const NUMBERS = /^[\s\d]*$/;

function isLineNumber(element: Element): boolean {
  return /(?:^|\s)line(?:nos?|-?numbers?)(?:\s|$)/.test(element.className) && NUMBERS.test(element.textContent ?? '');
}

function shownOf(element: Element): string {
  return element instanceof HTMLElement ? element.innerText : (element.textContent ?? '');
}

function hasText([all]: Texts): boolean {
  return all.trim() !== '';
}

/** Two cells beside each other make a table, unless they number the lines of code; else it is how a page is laid out. */
function tableOf(table: Element): Texts[][][] {
  if (!(table instanceof HTMLTableElement)) return [];
  const isNumbering = (row: HTMLTableRowElement): boolean =>
    row.cells.length === 2 && NUMBERS.test(row.cells[0]?.textContent ?? '') && row.querySelector('pre, code') !== null;
  if (table.closest('pre') !== null || [...table.rows].every(isNumbering)) return [];
  const rows = [...table.rows]
    .map((row) => [...row.cells].map(textsOf).filter(hasText))
    .filter((row) => row.length > 0);
  return rows.some((row) => row.length > 1) ? [rows] : [];
}

/** Without a word or a picture in it, nobody sees a link; the mark of a heading leads to the heading itself. */
function linkOf(link: Element): string[] {
  if (!(link instanceof HTMLAnchorElement) || !/^(https?|ftp|mailto|tel):$/.test(link.protocol)) return [];
  const text = textOf(link).trim();
  if (text === '' && link.querySelector('img') === null) return [];
  const isMark = link.hash !== '' && link.closest('h1, h2, h3, h4, h5, h6') !== null && !/[\p{L}\p{N}]/u.test(text);
  return isMark ? [] : [link.href];
}

/** The address of what is meant, where a stand-in is shown until it is loaded. */
function pictureOf(image: Element): string[] {
  const address = image.getAttribute('data-src') ?? image.getAttribute('src') ?? '';
  return /^(?!data:)./.test(address) && URL.canParse(address, image.baseURI)
    ? [new URL(address, image.baseURI).href]
    : [];
}

type Texts = readonly [all: string, shown: string];

interface PageFacts {
  readonly headings: readonly Texts[];
  readonly tables: readonly (readonly (readonly Texts[])[])[];
  readonly code: readonly Texts[];
  readonly links: readonly string[];
  readonly items: readonly Texts[];
  readonly images: readonly string[];
  /** All that is shown, in one. */
  readonly text: string;
}
