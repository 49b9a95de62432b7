import { absoluteUrl } from './absolute-url.js';
import type { Become } from './copy-tree.js';
import { attributeOf, firstMatch, nameOf, parentOf, textOf } from './dom.js';

/** What documentation puts beside a heading as a link to itself. */
const HEADING_MARK = /^[#¶§🔗\s]*$/u;

/** A link with an absolute address. One that shows a drawing only has the name that it is read aloud by. */
export function link(source: Element, inert: Document): Become<never> | undefined {
  const text = textOf(source) ?? '';
  const isWordless = HEADING_MARK.test(text) && firstMatch(source, 'img') === null;
  if (isWordless && isInHeading(source)) return undefined;
  const url = absoluteUrl(source, attributeOf(source, 'href'));
  if (url === undefined) return {};
  const copy = inert.createElement('a');
  copy.setAttribute('href', url);
  if (text.trim() !== '' || !isWordless) return { copy };
  const name = attributeOf(source, 'aria-label') ?? attributeOf(source, 'title') ?? '';
  if (name.trim() === '') return { copy };
  copy.textContent = name;
  return { copy, isWhole: true };
}

function isInHeading(source: Element): boolean {
  const parents = [parentOf(source), grandparentOf(source)];
  return parents.some((parent) => parent !== null && /^h[1-6]$/.test(nameOf(parent)));
}

function grandparentOf(source: Element): Element | null {
  const parent = parentOf(source);
  return parent === null ? null : parentOf(parent);
}

/** The links in code, in a line of their own: within a block of code there are none. */
export function linksIn(source: Element, inert: Document): Element | undefined {
  const links = inert.createElement('p');
  for (const found of Element.prototype.querySelectorAll.call(source, 'a[href]')) {
    const text = (textOf(found) ?? '').trim();
    const url = absoluteUrl(found, attributeOf(found, 'href'));
    if (url === undefined || text === '') continue;
    const copy = inert.createElement('a');
    copy.setAttribute('href', url);
    copy.textContent = text;
    links.append(links.childNodes.length === 0 ? 'Links: ' : ', ', copy);
  }
  return links.childNodes.length === 0 ? undefined : links;
}

/**
 * In a copy, gives the link around a card to the most important heading in it: as the text of a link, which is one line,
 * it would be a heading no more.
 */
export function linkHeadings(copy: Element): void {
  for (const found of [...copy.querySelectorAll('a')]) {
    const [heading] = [...found.querySelectorAll('h1, h2, h3, h4, h5, h6')].sort((one, other) =>
      one.localName.localeCompare(other.localName),
    );
    if (heading === undefined || textOf(heading)?.trim() === '') continue;
    const inner = copy.ownerDocument.createElement('a');
    inner.setAttribute('href', found.getAttribute('href') ?? '');
    if (heading.querySelector('a') === null) {
      inner.append(...heading.childNodes);
      heading.append(inner);
    }
    const card = copy.ownerDocument.createElement('div');
    card.append(...found.childNodes);
    found.replaceWith(card);
  }
}
