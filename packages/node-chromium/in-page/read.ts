import { cleanHtml } from './clean-html.js';
import { bodyOf, doctypeOf, rootOf, visibilityOf } from './dom.js';
import { foundElement, type Failure } from './found-element.js';
import { inertDocument } from './inert-document.js';
import { markdown } from './markdown.js';
import { pageTitle } from './page-title.js';
import { rawHtml } from './raw-html.js';
import { shownText } from './shown-text.js';

/** Reads one thing of the page. It never throws for what the page is like; what it cannot read is an answer, too. */
export function read(request: Request): Answer {
  if (request.kind === 'facts') {
    return { title: pageTitle(), isVisible: visibilityOf(document) === 'visible' };
  }
  const found = foundElement(request.selector, () => wholeOf(request.kind));
  if (found.failure !== undefined) return found;
  return { content: contentOf(found.element, request).slice(0, request.lengthMax), title: pageTitle() };
}

function wholeOf(kind: Request['kind']): Element | null {
  return kind === 'raw_html' || kind === 'clean_html' ? rootOf(document) : (bodyOf(document) ?? rootOf(document));
}

function contentOf(element: Element, { kind, selector }: Request): string {
  switch (kind) {
    case 'text':
      return shownText(element);
    case 'raw_html':
      return (selector === undefined ? doctype() : '') + rawHtml(element, inertDocument());
    case 'clean_html':
      return cleanHtml(element, inertDocument());
    case 'markdown':
      return markdown(element, inertDocument());
    default:
      throw new Error(`Nothing is read as ${kind}.`);
  }
}

function doctype(): string {
  const type = doctypeOf(document);
  return type === null ? '' : `${new XMLSerializer().serializeToString(type)}\n`;
}

interface Request {
  readonly kind: 'facts' | 'text' | 'raw_html' | 'clean_html' | 'markdown';
  readonly selector?: string;
  /** More characters than this do not leave the page. */
  readonly lengthMax: number;
}

type Answer =
  | { readonly content: string; readonly title: string }
  | { readonly title: string; readonly isVisible: boolean }
  | Failure;
