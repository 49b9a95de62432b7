import { declareCommand } from '../declare-command.js';
import { pageUrl } from '../option-values.js';

/** `otto demo` */
export const demoCommand = declareCommand({
  words: 'demo',
  summary: 'Shows the whole way on this machine: relay, browser, two controllers.',
  details:
    'Everything runs in a temporary folder and ends with the demo; only the picture stays, as otto-demo.png in the ' +
    'current folder. With a URL, that page is opened, and its Markdown printed in full.',
  examples: ['otto demo', 'otto demo https://example.com'],
  endsItself: true,
  arguments: {
    url: {
      summary: 'a page to open, in place of the site that the demo serves',
      required: false,
      value: pageUrl.optional(),
    },
  },
  run: async ({ context, args }) => {
    const { runDemo } = await import('../demo/run-demo.js');
    await runDemo(context, args);
  },
});
