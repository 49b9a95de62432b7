import { article } from './article.js';
import { bodyOf, rootOf } from './dom.js';
import { foundElement, type Failure } from './found-element.js';
import { inertDocument } from './inert-document.js';
import { pageTitle } from './page-title.js';

/** Reads the article of the page. It is a script of its own: most readings do without, and it is half of the whole. */
export function read({ selector, lengthMax }: Request): Answer {
  const found = foundElement(selector, () => rootOf(document));
  if (found.failure !== undefined) return found;
  const fallback = selector === undefined ? (bodyOf(document) ?? found.element) : found.element;
  const { content, fallbackUsed } = article(found.element, fallback, inertDocument());
  return { content: content.slice(0, lengthMax), title: pageTitle(), fallbackUsed };
}

interface Request {
  readonly selector?: string;
  /** More characters than this do not leave the page. */
  readonly lengthMax: number;
}

type Answer = { readonly content: string; readonly title: string; readonly fallbackUsed: boolean } | Failure;
