import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { flag, text } from '../option-values.js';
import { runNode } from '../node/run-node.js';

/** `otto node start` */
export const nodeStartCommand = declareCommand({
  words: 'node start',
  summary: 'Runs a node here: a Chromium whose tabs controllers drive.',
  details:
    'A node pairs itself when the relay runs on this machine and is yours; else it shows a code, to be approved with ' +
    'otto pair. It runs until Ctrl+C. With --json, each change is one line.',
  streams: true,
  examples: [
    'otto node start',
    'otto node start --headed --grant "my laptop"',
    'otto node start --browser /usr/bin/chromium',
  ],
  endsItself: true,
  options: {
    headless: { flags: '--headless', summary: 'without a window (this is the default)', value: flag },
    headed: { flags: '--headed', summary: 'with a window', value: flag },
    browser: {
      flags: '--browser <path>',
      summary: 'which browser (default: OTTO_BROWSER, or the installed one)',
      value: text.optional(),
    },
    profile: {
      flags: '--profile <dir>',
      summary: 'a lasting profile (default: a new one that goes with the browser)',
      value: text.optional(),
    },
    grant: {
      flags: '--grant <client>',
      summary: 'let this controller command the node; its id or its name',
      value: text.optional(),
    },
  },
  run: async ({ context, options }) => {
    const { headless, headed } = options;
    if (headless && headed) throw new OttoError('invalid_usage', { message: 'Give either --headless or --headed.' });
    await runNode(context, { ...options, headless: !headed });
  },
});
