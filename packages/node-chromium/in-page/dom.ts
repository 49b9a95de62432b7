/**
 * Reads of the DOM that a page cannot disturb. Scripts of the page have globals of their own, but names in its HTML
 * reach into every world: a form with `<input name="childNodes">` answers `form.childNodes` with that input.
 */
export const childNodesOf = getterOf(Node.prototype, 'childNodes');
export const nodeTypeOf = getterOf(Node.prototype, 'nodeType');
export const parentOf = getterOf(Node.prototype, 'parentElement');
export const textOf = getterOf(Node.prototype, 'textContent');
export const baseOf = getterOf(Node.prototype, 'baseURI');
export const attributesOf = getterOf(Element.prototype, 'attributes');
export const nameOf = getterOf(Element.prototype, 'localName');
export const namespaceOf = getterOf(Element.prototype, 'namespaceURI');
export const outerHtmlOf = getterOf(Element.prototype, 'outerHTML');
export const shadowRootOf = getterOf(Element.prototype, 'shadowRoot');
export const innerTextOf = getterOf(HTMLElement.prototype, 'innerText');
export const rowsOf = getterOf(HTMLTableElement.prototype, 'rows');
export const bodyOf = getterOf(Document.prototype, 'body');
export const rootOf = getterOf(Document.prototype, 'documentElement');
export const doctypeOf = getterOf(Document.prototype, 'doctype');
export const titleOf = getterOf(Document.prototype, 'title');
export const visibilityOf = getterOf(Document.prototype, 'visibilityState');

/** The document of a frame; null where it is another site's. */
export function frameDocumentOf(frame: Element): Document | null {
  if (isHtml(frame, 'iframe')) return iframeDocumentOf(frame);
  return isHtml(frame, 'frame') ? oldFrameDocumentOf(frame) : null;
}

const iframeDocumentOf = getterOf(HTMLIFrameElement.prototype, 'contentDocument');
const oldFrameDocumentOf = getterOf(HTMLFrameElement.prototype, 'contentDocument');

/** An attribute as it is written; null when it is absent. */
export function attributeOf(element: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(element, name);
}

/** The first match below a document or an element. */
export function firstMatch(root: Document | Element, selector: string): Element | null {
  const { querySelector } = root instanceof Document ? Document.prototype : Element.prototype;
  return querySelector.call(root, selector);
}

/** Whether a node is an element, of HTML or of anything else. */
export function isElement(node: Node): node is Element {
  return nodeTypeOf(node) === Node.ELEMENT_NODE;
}

/**
 * Whether an element is of HTML and has this name. (Not `instanceof`: what a frame holds has classes of its own, but
 * the getters of ours read it.)
 */
export function isHtml<K extends keyof NamedElements>(element: Element, name: K): element is NamedElements[K] {
  return nameOf(element) === name && namespaceOf(element) === HTML_NAMESPACE;
}

/** The namespace of the elements of HTML. */
export const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** The children as the page shows them: of an open shadow tree, and what was put into its slots. */
export function shownChildrenOf(element: Element): readonly Node[] {
  const shadow = shadowRootOf(element);
  if (shadow !== null) return [...childNodesOf(shadow)];
  if (isHtml(element, 'slot')) {
    const assigned = HTMLSlotElement.prototype.assignedNodes.call(element);
    if (assigned.length > 0) return assigned;
  }
  return [...childNodesOf(element)];
}

/** The cells of a row of a table. */
export function cellsOf(row: Element): Element[] {
  return [...childNodesOf(row)].filter(isElement).filter((cell) => /^t[dh]$/.test(nameOf(cell)));
}

/** Whether an element or something in it keeps its content in an open shadow tree. */
export function hasShadow(root: Element): boolean {
  if (shadowRootOf(root) !== null) return true;
  const all = Element.prototype.querySelectorAll.call(root, '*');
  return Array.prototype.some.call(all, (element: Element) => shadowRootOf(element) !== null);
}

function getterOf<T extends object, K extends keyof T & string>(prototype: T, name: K): (node: T) => T[K] {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (get === undefined) throw new Error(`This browser has no ${name}.`);
  return (node) => get.call(node);
}

/** `frame` is old enough to be missing among the others. */
interface NamedElements extends HTMLElementTagNameMap {
  frame: HTMLFrameElement;
}
