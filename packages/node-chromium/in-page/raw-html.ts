import { hasShadow, outerHtmlOf, shadowRootOf } from './dom.js';

/**
 * The HTML of an element as it stands. What components keep in open shadow trees is no part of `outerHTML`; it is
 * written as the template that would make it.
 */
export function rawHtml(element: Element, inert: Document): string {
  if (!hasShadow(element) || !Reflect.has(Element.prototype, 'getHTML')) return outerHtmlOf(element);
  // Copied into a document without scripts: elsewhere, a copy would run what the page does for its components.
  const shell = outerHtmlOf(inert.importNode(element, false));
  const end = shell.lastIndexOf('</');
  const content = Element.prototype.getHTML.call(element, { shadowRoots: shadowRootsIn(element) });
  return shell.slice(0, end) + content + shell.slice(end);
}

/** Those within others, too. */
function shadowRootsIn(element: Element): ShadowRoot[] {
  const found: ShadowRoot[] = [];
  const waiting: (Element | ShadowRoot)[] = [element];
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    const { querySelectorAll } = root instanceof ShadowRoot ? ShadowRoot.prototype : Element.prototype;
    const all = root instanceof ShadowRoot ? [] : [root];
    for (const child of [...all, ...querySelectorAll.call(root, '*')]) {
      const shadow = shadowRootOf(child);
      if (shadow === null || found.includes(shadow)) continue;
      found.push(shadow);
      waiting.push(shadow);
    }
  }
  return found;
}
