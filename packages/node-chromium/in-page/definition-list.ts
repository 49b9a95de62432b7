import { childNodesOf, isElement, nameOf, shownChildrenOf } from './dom.js';

/**
 * Terms with their definitions as a list, for Markdown has no other: an item for each term, its definitions within.
 * `fill` copies the content of one of them.
 */
export function definitionList(
  source: Element,
  inert: Document,
  fill: (part: Element, target: Element) => void,
): Element {
  const list = inert.createElement('ul');
  let item: Element | undefined;
  let isTermOpen = false;
  for (const part of partsOf(source)) {
    const isTerm = nameOf(part) === 'dt';
    if (item === undefined || (isTerm && !isTermOpen)) item = list.appendChild(inert.createElement('li'));
    else if (isTerm) item.append(inert.createElement('br'));
    isTermOpen = isTerm;
    item.append(isTerm ? termOf(part) : definitionOf(part));
  }
  return list;

  function termOf(part: Element): Element {
    const content = inert.createElement('div');
    fill(part, content);
    // Around a block, marks of emphasis would mean nothing.
    if (content.querySelector(BLOCKS) !== null) return content;
    const term = inert.createElement('strong');
    term.append(...content.childNodes);
    return term;
  }

  function definitionOf(part: Element): Element {
    const content = inert.createElement('div');
    fill(part, content);
    return content;
  }
}

const BLOCKS = 'h1, h2, h3, h4, h5, h6, p, div, ul, ol, pre, table, blockquote, strong';

/** Terms and definitions, which may stand in groups. */
function partsOf(source: Element): Element[] {
  return [...shownChildrenOf(source)].filter(isElement).flatMap((child) => {
    if (getComputedStyle(child).display === 'none') return [];
    const isPart = /^d[td]$/.test(nameOf(child));
    return isPart || !hasParts(child) ? [child] : partsOf(child);
  });
}

function hasParts(group: Element): boolean {
  return [...childNodesOf(group)].some((child) => isElement(child) && /^d[td]$/.test(nameOf(child)));
}
