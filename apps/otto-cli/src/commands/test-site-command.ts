import { AUTH_MODES, OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { commandOptions } from '../controller/command-options.js';
import { readPayload } from '../controller/read-payload.js';
import { declareCommand } from '../declare-command.js';
import { flag, requiredText, text, wholeNumber } from '../option-values.js';
import { trySiteCommand } from '../sites/try-site-command.js';

const FOLLOW_MS_MAX = 86_400_000;

/** `otto test` */
export const testSiteCommand = declareCommand({
  words: 'test',
  summary: 'Tries a command of a site, and follows the stream that it declares.',
  details:
    'A tab is opened at the site, the command is run in it by its own test (or else as it is), and the tab is closed ' +
    'again. Ctrl+C cancels the command or its stream. Without --timeout, the command has the time of its own ' +
    'timeoutPolicy. With --json, the outcome is one line, and each update another.',
  examples: [
    'otto test books.toscrape.com listBooks',
    `otto test quotes.toscrape.com searchQuotes --payload '{"tag": "love", "pages": 2}'`,
    'otto test shop.test watchOffers --stream-follow-ms 60000 --json',
  ],
  endsItself: true,
  arguments: {
    site: { summary: 'its host, such as books.toscrape.com', required: true, value: requiredText },
    command: { summary: 'the name of the command', required: true, value: requiredText },
  },
  options: {
    payload: { flags: '--payload <json|@file|->', summary: 'its input, a JSON object', value: text.optional() },
    authMode: {
      flags: '--auth-mode <mode>',
      summary: `what to do where a login is needed: ${AUTH_MODES.join(', ')} (default: auto)`,
      value: z.enum(AUTH_MODES, { error: `must be one of ${AUTH_MODES.join(', ')}` }).optional(),
    },
    streamFollowMs: {
      flags: '--stream-follow-ms <ms>',
      summary: 'how long a stream is followed (default: 10000)',
      value: wholeNumber({ min: 1, max: FOLLOW_MS_MAX, unit: 'milliseconds' }).optional(),
    },
    streamProbe: {
      flags: '--stream-probe',
      summary: 'end with the first update of the stream, and fail if there is none in time',
      value: flag,
    },
    waitForInterrupt: {
      flags: '--wait-for-interrupt',
      summary: 'go on until Ctrl+C, with or without a stream',
      value: flag,
    },
    ...commandOptions,
  },
  run: async ({ context, args, options }) => {
    const { streamFollowMs, streamProbe, waitForInterrupt, payload, ...rest } = options;
    if (waitForInterrupt && (streamProbe || streamFollowMs !== undefined)) {
      const message = '--wait-for-interrupt goes neither with --stream-probe nor with --stream-follow-ms.';
      throw new OttoError('invalid_usage', { message });
    }
    const input = await readPayload(payload, context);
    const wish = { followMs: streamFollowMs, isProbe: streamProbe, waitsForInterrupt: waitForInterrupt };
    await trySiteCommand(context, { ...args, ...rest, ...wish, input });
  },
});
