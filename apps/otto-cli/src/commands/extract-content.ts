import { ACTIONS, OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { commandOptions } from '../controller/command-options.js';
import { pageSource } from '../controller/page-source.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { pageUrl, text, wholeNumber } from '../option-values.js';

const FORMATS = ['markdown', 'distilled_html', 'clean_html', 'raw_html', 'text'] as const;

/** Which action reads a page as what. */
const READERS = {
  markdown: 'primitive.dom.extract_markdown',
  distilled_html: 'primitive.dom.extract_distilled_html',
  clean_html: 'primitive.dom.extract_clean_html',
  raw_html: 'primitive.dom.extract_html',
  text: 'primitive.dom.extract_text',
} as const;

/** `otto extract-content` */
export const extractContentCommand = declareCommand({
  words: 'extract-content',
  summary: 'Prints the content of a page.',
  details:
    'With a URL, the node opens the page in the background and closes it again. distilled_html is the article of a page ' +
    'without what stands around it, or its clean_html where it is no article.',
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
    refuseUnfit(options);
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
    const { content, truncated, ...facts } = ACTIONS[READERS[format]].output.parse(data);
    if ('fallbackUsed' in facts && facts.fallbackUsed) context.output.note('otto: this page is no article.');
    if (truncated) context.output.note('otto: the content is cut off; --max-chars takes more.');
    context.output.answer(document, content);
  },
});

/** Not every format can be had of one element, or in part. */
function refuseUnfit({ format, selector, maxChars }: ChosenContent): void {
  const option =
    format === 'text' && maxChars !== undefined
      ? '--max-chars'
      : format === 'distilled_html' && selector !== undefined
        ? '--selector'
        : undefined;
  if (option === undefined) return;
  throw new OttoError('invalid_usage', { message: `${option} does not go with --format ${format}.` });
}

interface ChosenContent {
  readonly format: (typeof FORMATS)[number];
  readonly selector?: string | undefined;
  readonly maxChars?: number | undefined;
}
