import { OttoError } from '@telepat/otto-protocol';
import { actionHelp } from '../controller/action-help.js';
import { checkInput } from '../controller/check-input.js';
import { commandOptions } from '../controller/command-options.js';
import { actionNames } from '../controller/known-actions.js';
import { readPayload } from '../controller/read-payload.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { flag, text } from '../option-values.js';

/** `otto cmd` */
export const cmdCommand = declareCommand({
  words: 'cmd',
  summary: 'Sends any action to a node and prints what it answers.',
  details:
    'Ctrl+C cancels the command at the node. The input is checked before it is sent; an action that this version does ' +
    'not know is sent as it is. otto cmd --help <action> tells all about one of those that it knows:\n\n' +
    actionNames()
      .map((name) => `  ${name}`)
      .join('\n'),
  examples: [
    'otto cmd --help primitive.input.click',
    `otto cmd --action primitive.tab.open --payload '{"url": "https://example.com"}'`,
    'otto cmd primitive.dom.extract_text --tab-session tab_…',
    'echo \'{"selector": "h1"}\' | otto cmd primitive.dom.extract_text --tab-session tab_… --payload -',
  ],
  endsItself: true,
  topics: { flag: '--action', help: actionHelp },
  arguments: {
    action: {
      summary: 'what to do, such as primitive.tab.open; the same as --action',
      required: false,
      value: text.optional(),
      suggests: actionNames(),
    },
  },
  options: {
    action: { flags: '--action <name>', summary: 'what to do', value: text.optional(), suggests: actionNames() },
    payload: { flags: '--payload <json|@file|->', summary: 'its input, a JSON object', value: text.optional() },
    unchecked: { flags: '--unchecked', summary: 'send the input also when it does not fit the action', value: flag },
    ...commandOptions,
  },
  run: async ({ context, args, options }) => {
    const { tabSession } = options;
    const action = chosenAction(args.action, options.action);
    const input = await readPayload(options.payload, context);
    if (!options.unchecked) checkInput({ action, input, tabSession });
    const { document, data } = await sendCommand(context, { action, input, options });
    context.output.answer(document, JSON.stringify(data ?? null, null, 2));
  },
});

function chosenAction(word: string | undefined, option: string | undefined): string {
  const action = word ?? option;
  if (action !== undefined && (option ?? action) === action) return action;
  throw new OttoError('invalid_usage', {
    message: action === undefined ? '--action: is required.' : 'Two actions were named.',
    actionableHint: 'See otto cmd --help.',
  });
}
