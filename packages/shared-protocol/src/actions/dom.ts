import * as z from 'zod';
import { defineAction } from './define-action.js';
import { sourceFields as source } from './fields.js';

const maxChars = z
  .number()
  .int()
  .min(1)
  .max(5_000_000)
  .describe('Longer content is cut off here, and `truncated` says so.');

const selector = z.string().min(1).max(2_000).describe('Only the first element that matches, as CSS.');

const HTML_CHARS_DEFAULT = 500_000;
const MARKDOWN_CHARS_DEFAULT = 250_000;

const errors = [
  'unknown_tab_session',
  'navigation_failed',
  'element_not_found',
  'too_many_tabs',
  'dialog_open',
  'tab_closed',
  'tab_crashed',
  'script_failed',
  'content_too_large',
] as const;

const content = {
  tabSessionId: z.string().optional(),
  sourceUrl: z.string().describe('Where the page is in the end, after redirects.'),
  title: z.string(),
  selector: z.string().optional(),
  contentLength: z.number().describe('Characters of the whole content, also where it is cut off.'),
  content: z.string(),
  truncated: z.boolean().describe('`content` is only the beginning.'),
};

export const domActions = {
  'primitive.dom.extract_text': defineAction({
    summary: 'Reads the visible text of a page or of one element.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...source, selector: selector.default('body') }),
    example: { selector: 'h1' },
    output: z.object({ tabSessionId: z.string().optional(), selector: z.string(), text: z.string() }),
    errors,
  }),
  'primitive.dom.extract_html': defineAction({
    summary: 'Reads the HTML of a page or of one element, as it stands.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...source, selector: selector.optional(), maxChars: maxChars.default(HTML_CHARS_DEFAULT) }),
    example: { selector: 'main' },
    output: z.object({ ...content, extractionMode: z.literal('raw_html') }),
    errors,
  }),
  'primitive.dom.extract_clean_html': defineAction({
    summary: 'Reads the HTML without scripts, styles, handlers and comments.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...source, selector: selector.optional(), maxChars: maxChars.default(HTML_CHARS_DEFAULT) }),
    example: { maxChars: 50_000 },
    output: z.object({ ...content, extractionMode: z.literal('clean_html') }),
    errors,
  }),
  'primitive.dom.extract_distilled_html': defineAction({
    summary: 'Reads the article of a page as clean HTML, without what stands around it.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({ ...source, maxChars: maxChars.default(HTML_CHARS_DEFAULT) }),
    example: {},
    output: z.object({
      ...content,
      extractionMode: z.literal('readability'),
      fallbackUsed: z.boolean().describe('The page is no article; `content` is its clean HTML.'),
    }),
    errors,
  }),
  'primitive.dom.extract_markdown': defineAction({
    summary: 'Reads a page as Markdown, with tables, code and absolute links.',
    tab: 'optional',
    readOnly: true,
    needsCaller: true,
    input: z.strictObject({
      ...source,
      selector: selector.optional(),
      maxChars: maxChars.default(MARKDOWN_CHARS_DEFAULT),
    }),
    example: { selector: 'main' },
    output: z.object({ ...content, extractionMode: z.literal('markdown') }),
    errors,
  }),
};
