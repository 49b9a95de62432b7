import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { flag, text } from '../option-values.js';
import { setUp } from '../setup/set-up.js';
import { setUpInDialogue } from '../setup/setup-dialogue.js';

/** `otto setup` */
export const setupCommand = declareCommand({
  words: 'setup',
  summary: 'Makes sure that the relay runs and that this machine is a controller of it.',
  details:
    'On a terminal it asks; elsewhere, and with --non-interactive, it takes what is usual and prints one line of JSON. ' +
    'What is there already stays as it is, so that it may be run again at any time.',
  examples: [
    'otto setup',
    'otto setup --non-interactive',
    'otto setup --relay-url ws://127.0.0.1:9000',
    'otto setup --relay-url wss://relay.example.com --non-interactive',
  ],
  isDialogue: true,
  endsItself: true,
  options: {
    relayUrl: {
      flags: '--relay-url <url>',
      summary: 'the relay, and the port that it runs on',
      value: text.optional(),
    },
    nonInteractive: { flags: '--non-interactive', summary: 'ask nothing', value: flag },
    skipDaemon: { flags: '--skip-daemon', summary: 'neither look for the relay nor start it', value: flag },
    skipExtension: { flags: '--skip-extension', summary: 'put no browser extension in place', value: flag },
  },
  run: async ({ context, options: { relayUrl, skipDaemon, nonInteractive } }) => {
    if (!context.io.isInteractive && !nonInteractive)
      context.output.note('otto: this is not a terminal, so nothing is asked (as with --non-interactive)');
    if (relayUrl !== undefined) await checkAddress(relayUrl);
    const plan = { relayUrl, skipDaemon, name: undefined };
    if (context.output.isJson) context.output.answer(await setUp(context, plan), '');
    else await setUpInDialogue(context, plan);
  },
});

async function checkAddress(relayUrl: string): Promise<void> {
  const { relayUrls } = await import('@telepat/otto-sdk');
  try {
    if (new URL(relayUrls(relayUrl).http).port === '0') throw new Error('a relay is never on port 0');
  } catch (cause) {
    const message = '--relay-url: must be an address such as ws://127.0.0.1:8787.';
    throw new OttoError('invalid_usage', { message, actionableHint: 'See otto setup --help.' }, { cause });
  }
}
