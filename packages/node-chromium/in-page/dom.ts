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
export const outerHtmlOf = getterOf(Element.prototype, 'outerHTML');
export const shadowRootOf = getterOf(Element.prototype, 'shadowRoot');
export const innerTextOf = getterOf(HTMLElement.prototype, 'innerText');
export const rowsOf = getterOf(HTMLTableElement.prototype, 'rows');
export const bodyOf = getterOf(Document.prototype, 'body');
export const rootOf = getterOf(Document.prototype, 'documentElement');
export const doctypeOf = getterOf(Document.prototype, 'doctype');
export const titleOf = getterOf(Document.prototype, 'title');
export const visibilityOf = getterOf(Document.prototype, 'visibilityState');

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

/** The children as the page shows them: of an open shadow tree, and what was put into its slots. */
export function shownChildrenOf(element: Element): readonly Node[] {
  const shadow = shadowRootOf(element);
  if (shadow !== null) return [...childNodesOf(shadow)];
  if (element instanceof HTMLSlotElement) {
    const assigned = element.assignedNodes();
    if (assigned.length > 0) return assigned;
  }
  return [...childNodesOf(element)];
}

function getterOf<T extends object, K extends keyof T & string>(prototype: T, name: K): (node: T) => T[K] {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (get === undefined) throw new Error(`This browser has no ${name}.`);
  return (node) => get.call(node);
}
