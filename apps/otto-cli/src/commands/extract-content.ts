import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { commandOptions } from '../controller/command-options.js';
import { pageSource } from '../controller/page-source.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { pageUrl, text, wholeNumber } from '../option-values.js';

const FORMATS = ['markdown', 'clean_html', 'raw_html', 'text'] as const;

/** Which action reads a page as what. */
const READERS = {
  markdown: 'primitive.dom.extract_markdown',
  clean_html: 'primitive.dom.extract_clean_html',
  raw_html: 'primitive.dom.extract_html',
  text: 'primitive.dom.extract_text',
} as const;

/** `otto extract-content` */
export const extractContentCommand = declareCommand({
  words: 'extract-content',
  summary: 'Prints the content of a page.',
  details: 'With a URL, the node opens the page in the background and closes it again.',
  examples: [
    'otto extract-content https://example.com',
    'otto extract-content --tab-session tab_… --format text --selector main',
    'otto extract-content https://example.com --format raw_html > page.html',
  ],
  endsItself: true,
  arguments: { url: { summary: 'the page; or use --tab-session', required: false, value: pageUrl.optional() } },
  options: {
    format: {
      flags: '--format <format>',
      summary: `${FORMATS.join(', ')} (default: markdown)`,
      value: z.enum(FORMATS, { error: `must be one of ${FORMATS.join(', ')}` }).default('markdown'),
    },
    selector: { flags: '--selector <css>', summary: 'only this element', value: text.optional() },
    maxChars: {
      flags: '--max-chars <n>',
      summary: 'cut off what is longer; not with text',
      value: wholeNumber({ min: 1, max: 5_000_000 }).optional(),
    },
    ...commandOptions,
  },
  run: async ({ context, args, options }) => {
    const { format, selector, maxChars } = options;
    if (format === 'text' && maxChars !== undefined) {
      throw new OttoError('invalid_usage', { message: '--max-chars does not go with --format text.' });
    }
    const input = {
      ...pageSource(args.url, options.tabSession),
      ...(selector === undefined ? {} : { selector }),
      ...(maxChars === undefined ? {} : { maxChars }),
    };
    const { document, data } = await sendCommand(context, { action: READERS[format], input, options });
    if (format === 'text') {
      context.output.answer(document, ACTIONS[READERS.text].output.parse(data).text);
      return;
    }
    const { content, truncated } = ACTIONS[READERS[format]].output.parse(data);
    if (truncated) context.output.note('otto: the content is cut off; --max-chars takes more.');
    context.output.answer(document, content);
  },
});
