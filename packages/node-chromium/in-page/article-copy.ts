import { attributeOf, attributesOf, baseOf, HTML_NAMESPACE, nameOf, namespaceOf, textOf } from './dom.js';
import { copyTree, type Become, type CopyRules } from './copy-tree.js';

/**
 * A document of its own with what the page shows, as Readability wants it: with the classes and roles that it judges
 * by, components replaced by what they show, and no name by which an element hides a property of a form or a document.
 */
export function articleCopy(root: Element, inert: Document): Document {
  const base = inert.createElement('base');
  base.setAttribute('href', baseOf(root));
  inert.head.append(base);
  if (nameOf(root) === 'html') {
    copyAttributes(root, inert.documentElement);
    copyTree(root, inert.documentElement, { rules: ARTICLE_RULES, context: undefined });
  } else {
    copyTree(root, inert.body, { rules: ARTICLE_RULES, context: undefined });
  }
  return inert;
}

const DROPPED = new Set(['style', 'template', 'link', 'base', 'object', 'embed', 'frame', 'frameset']);

/** What is never shown and still says something. */
const METADATA = new Set(['title', 'meta']);

/** By their `id` or `name` these answer for properties of a form or a document. */
const NAMED = new Set(['form', 'input', 'select', 'textarea', 'button', 'fieldset', 'output', 'img', 'iframe']);

const ARTICLE_RULES: CopyRules<undefined> = {
  become(source, inert) {
    const name = nameOf(source);
    if (name === 'head') return { copy: inert.head };
    if (name === 'body') {
      copyAttributes(source, inert.body);
      return { copy: inert.body };
    }
    if (DROPPED.has(name)) return undefined;
    if (name === 'script') return linkedData(source, inert);
    if (name === 'noscript') return unseenPictures(source, inert);
    const { display } = getComputedStyle(source);
    if (METADATA.has(name)) return { copy: copyOf(source, name, inert) };
    if (display === 'none') return undefined;
    if (name === 'slot') return {};
    if (!name.includes('-')) return { copy: copyOf(source, name, inert) };
    // Readability knows the elements of HTML only.
    return { copy: copyOf(source, display.startsWith('inline') ? 'span' : 'div', inert) };
  },
  showsText: (source) => METADATA.has(nameOf(source)) || getComputedStyle(source).visibility === 'visible',
};

/** Where pages state title and author for machines. */
function linkedData(source: Element, inert: Document): Become<undefined> | undefined {
  if (attributeOf(source, 'type') !== 'application/ld+json') return undefined;
  const copy = copyOf(source, 'script', inert);
  copy.textContent = textOf(source);
  return { copy, isWhole: true };
}

/** Pictures for browsers without scripts: Readability puts them into the place of those that load late. */
function unseenPictures(source: Element, inert: Document): Become<undefined> | undefined {
  const text = textOf(source) ?? '';
  if (!text.includes('<img')) return undefined;
  const copy = inert.createElement('noscript');
  copy.innerHTML = text;
  for (const named of copy.querySelectorAll('[id], [name]')) {
    named.removeAttribute('id');
    named.removeAttribute('name');
  }
  return { copy, isWhole: true };
}

function copyOf(source: Element, name: string, inert: Document): Element {
  const isName = /^[a-z][a-z0-9]*$/i.test(name);
  const copy = inert.createElementNS(isName ? namespaceOf(source) : HTML_NAMESPACE, isName ? name : 'div');
  copyAttributes(source, copy);
  return copy;
}

/** Handlers and styles are left out, and so is `hidden`: whatever is copied is shown. */
function copyAttributes(source: Element, copy: Element): void {
  const element = nameOf(source);
  for (const { name, value } of attributesOf(source)) {
    if (!/^[a-z][\w.-]*$/i.test(name) || /^(on|style$|hidden$)/i.test(name)) continue;
    if (name === 'name' && element !== 'meta') continue;
    if (name === 'id' && NAMED.has(element)) continue;
    copy.setAttribute(name, value);
  }
}
