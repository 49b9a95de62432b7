import { ACTIONS } from '@telepat/otto-protocol';
import { nodeAction, type ActionCall } from '../node-action.js';
import type { ContentKind } from '../ports.js';
import { withSourcePage, type PageSource } from '../source-page.js';

/** Reads the visible text. */
export const extractText = nodeAction(ACTIONS['primitive.dom.extract_text'], ({ selector, ...source }, call) =>
  withSourcePage(source, call, async (page, named, { signal }) => ({
    ...named,
    selector,
    text: await page.text({ selector, signal }),
  })),
);

/** Reads the HTML as it stands. */
export const extractHtml = nodeAction(ACTIONS['primitive.dom.extract_html'], (input, call) =>
  extract('raw_html', input, call),
);

/** Reads the HTML without what is not content. */
export const extractCleanHtml = nodeAction(ACTIONS['primitive.dom.extract_clean_html'], (input, call) =>
  extract('clean_html', input, call),
);

/** Reads the article of the page; of a page that is none, its clean HTML. */
export const extractDistilledHtml = nodeAction(
  ACTIONS['primitive.dom.extract_distilled_html'],
  async (input, call) => ({
    fallbackUsed: false,
    ...(await extract('readability', input, call)),
  }),
);

/** Reads the page as Markdown. */
export const extractMarkdown = nodeAction(ACTIONS['primitive.dom.extract_markdown'], (input, call) =>
  extract('markdown', input, call),
);

function extract<K extends ContentKind>(
  kind: K,
  { selector, maxChars, ...source }: ExtractInput,
  call: ActionCall,
): Promise<Extracted<K>> {
  return withSourcePage(source, call, async (page, named, { signal }) => {
    const chosen = selector === undefined ? {} : { selector };
    const { content, title, fallbackUsed } = await page.content({ kind, ...chosen, signal });
    return {
      ...named,
      sourceUrl: page.url(),
      title,
      extractionMode: kind,
      ...chosen,
      contentLength: content.length,
      content: firstChars(content, maxChars),
      truncated: content.length > maxChars,
      ...(fallbackUsed === undefined ? {} : { fallbackUsed }),
    };
  });
}

/** At most so many characters from the beginning; a pair of surrogates is not torn apart. */
function firstChars(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? charsMax - 1 : charsMax);
}

interface ExtractInput extends PageSource {
  readonly selector?: string | undefined;
  readonly maxChars: number;
}

interface Extracted<K extends ContentKind> {
  tabSessionId?: string;
  sourceUrl: string;
  title: string;
  extractionMode: K;
  selector?: string;
  contentLength: number;
  content: string;
  truncated: boolean;
  fallbackUsed?: boolean;
}
