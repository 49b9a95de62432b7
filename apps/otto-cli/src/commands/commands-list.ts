import { OttoError, type ActionDescriptor } from '@telepat/otto-protocol';
import { inputFields } from '../controller/input-fields.js';
import { actionNames, knownActions } from '../controller/known-actions.js';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';

const TABS = {
  always: 'works on the tab of --tab-session',
  optional: 'works on the tab of --tab-session, or on a page of its own at url',
  never: 'needs no tab',
} as const;

/** `otto commands list` */
export const commandsListCommand = declareCommand({
  words: 'commands list',
  summary: 'Lists what a node can be told to do, with the input of each.',
  details: 'These are the actions of otto cmd that this version knows; otto status --nodes says what a node can do.',
  examples: ['otto commands list', 'otto commands list primitive.tab.open', 'otto commands list --json'],
  arguments: {
    action: { summary: 'only this one', required: false, value: text.optional(), suggests: actionNames() },
  },
  run: ({ context, args }) => {
    const found = knownActions().filter(([name]) => args.action === undefined || name === args.action);
    if (found.length === 0) {
      throw new OttoError('invalid_usage', {
        message: `This version knows no action "${args.action ?? ''}".`,
        actionableHint: 'otto commands list shows all of them.',
      });
    }
    const { ink } = context.output.screen;
    const commands = found.map(([action, { summary, tab, readOnly, input }]) => ({
      action,
      summary,
      tab,
      readOnly,
      input: input.toJSONSchema({ io: 'input' }),
    }));
    const blocks = found.map(([name, row]) => [`${ink.bold(name)}  ${row.summary}`, ...factLines(row)].join('\n'));
    context.output.answer({ commands }, blocks.join('\n\n'));
    return Promise.resolve();
  },
});

function factLines(row: ActionDescriptor): string[] {
  const fields = inputFields(row);
  const width = Math.max(0, ...fields.map(({ name }) => name.length));
  return [
    `  ${TABS[row.tab]}; ${row.readOnly ? 'only reads' : 'has an effect'}`,
    ...fields.map(({ name, type, required }) => `  ${name.padEnd(width)}  ${type}${required ? ' (required)' : ''}`),
  ];
}
