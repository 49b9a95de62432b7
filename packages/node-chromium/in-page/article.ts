import { Readability } from '@mozilla/readability';
import { articleCopy } from './article-copy.js';
import { cleanHtml } from './clean-html.js';
import { baseOf, textOf } from './dom.js';

/**
 * The article of a page as clean HTML with absolute addresses; of a page that is none, the clean HTML of all it shows.
 * Readability takes the document apart that it is given, so it gets a copy.
 */
export function article(root: Element, fallback: Element, inert: Document): Article {
  const base = baseOf(root);
  const found = new Readability(articleCopy(root, inert), { keepClasses: true, serializer: (node) => node }).parse();
  const content = found?.content;
  if (content instanceof Element && isArticle(content)) {
    return { content: cleanHtml(content.firstElementChild ?? content, inert, { base }), fallbackUsed: false };
  }
  return { content: cleanHtml(fallback, inert, { base }), fallbackUsed: true };
}

/** Shorter texts are notes and forms; Readability itself doubts what is shorter. */
const ARTICLE_LENGTH_MIN = 500;

/** Where more of the text than this is links, it is a list of them. */
const LINKED_SHARE_MAX = 0.5;

function isArticle(content: Element): boolean {
  const length = lengthOf(content);
  if (length < ARTICLE_LENGTH_MIN) return false;
  const linked = [...content.querySelectorAll('a[href]')].reduce((sum, link) => sum + lengthOf(link), 0);
  return linked / length <= LINKED_SHARE_MAX;
}

function lengthOf(element: Element): number {
  return (textOf(element) ?? '').replace(/\s+/g, ' ').trim().length;
}

interface Article {
  readonly content: string;
  readonly fallbackUsed: boolean;
}
