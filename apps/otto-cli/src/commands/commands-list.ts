import { ACTIONS, OttoError, type ActionDescriptor } from '@telepat/otto-protocol';
import * as z from 'zod';
import type { CommandContext } from '../context.js';
import { commandOptions } from '../controller/command-options.js';
import { fieldText } from '../controller/field-text.js';
import { inputFields } from '../controller/input-fields.js';
import { actionNames, knownActions } from '../controller/known-actions.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';
import { problemLine, siteCommandsText } from '../sites/site-commands-text.js';

const TABS = {
  always: 'works on the tab of --tab-session',
  optional: 'works on the tab of --tab-session, or on a page of its own at url',
  never: 'needs no tab',
} as const;

/** `otto commands list` */
export const commandsListCommand = declareCommand({
  words: 'commands list',
  summary: 'Lists what a node can be told to do, with the input of each.',
  details:
    'These are the actions of otto cmd that this version knows; otto cmd --help <action> tells all about one, and ' +
    'otto status --nodes what a node can do. With --site, the node is asked what it can do at a site, for otto test.',
  examples: [
    'otto commands list',
    'otto commands list primitive.tab.open',
    'otto commands list --site',
    'otto commands list --site books.toscrape.com --json',
  ],
  arguments: {
    action: { summary: 'only this one', required: false, value: text.optional(), suggests: actionNames() },
  },
  options: {
    site: {
      flags: '--site [site]',
      summary: 'the commands that a node has for a site, or for all of them',
      value: z.union([z.literal(true), text]).optional(),
    },
    nodeId: commandOptions.nodeId,
  },
  run: async ({ context, args, options }) => {
    const { site, nodeId } = options;
    if (site !== undefined && args.action !== undefined) {
      throw new OttoError('invalid_usage', { message: 'Give either an action or --site.' });
    }
    if (site !== undefined) return listSiteCommands(context, { site: site === true ? undefined : site, nodeId });
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
  },
});

async function listSiteCommands(
  context: CommandContext,
  { site, nodeId }: { site: string | undefined; nodeId: string | undefined },
): Promise<void> {
  const options = { nodeId, tabSession: undefined, timeout: undefined, failFast: false, keepTabs: undefined };
  const input = site === undefined ? {} : { site };
  const { data } = await sendCommand(context, { action: 'command.list', input, options });
  const found = ACTIONS['command.list'].output.parse(data);
  for (const problem of found.problems ?? []) context.output.note(problemLine(problem));
  context.output.answer(found, siteCommandsText(found.commands, context.output.screen.ink));
}

function factLines(row: ActionDescriptor): string[] {
  const fields = inputFields(row);
  const width = Math.max(0, ...fields.map(({ name }) => name.length));
  return [
    `  ${TABS[row.tab]}; ${row.readOnly ? 'only reads' : 'has an effect'}`,
    ...fields.map(
      (field) => `  ${field.name.padEnd(width)}  ${fieldText(field)}${field.isRequired ? ' (required)' : ''}`,
    ),
  ];
}
