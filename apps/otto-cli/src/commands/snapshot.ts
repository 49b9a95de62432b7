import { ACTIONS } from '@telepat/otto-protocol';
import { commandOptions } from '../controller/command-options.js';
import { pageSource } from '../controller/page-source.js';
import { sendCommand } from '../controller/send-command.js';
import { declareCommand } from '../declare-command.js';
import { flag, pageUrl, wholeNumber } from '../option-values.js';

const ACTION = 'primitive.page.snapshot';

/** `otto snapshot` */
export const snapshotCommand = declareCommand({
  words: 'snapshot',
  summary: 'Prints a page as an outline of its accessibility tree.',
  details:
    'Elements that can be acted on have a ref, such as e12, which the actions primitive.input.* take until the next ' +
    'snapshot of the tab. With a URL, the node opens the page in the background and closes it again.',
  examples: [
    'otto snapshot https://example.com',
    'otto snapshot --tab-session tab_…',
    `otto cmd --action primitive.input.click --tab-session tab_… --payload '{"ref": "e12"}'`,
  ],
  endsItself: true,
  arguments: { url: { summary: 'the page; or use --tab-session', required: false, value: pageUrl.optional() } },
  options: {
    maxNodes: {
      flags: '--max-nodes <n>',
      summary: 'end after so many elements',
      value: wholeNumber({ min: 1, max: 100_000 }).optional(),
    },
    all: { flags: '--all', summary: 'also what says nothing and cannot be acted on', value: flag },
    ...commandOptions,
  },
  run: async ({ context, args, options }) => {
    const { maxNodes, all } = options;
    const input = {
      ...pageSource(args.url, options.tabSession),
      ...(maxNodes === undefined ? {} : { maxNodes }),
      ...(all ? { interestingOnly: false } : {}),
    };
    const { document, data } = await sendCommand(context, { action: ACTION, input, options });
    const { snapshot, truncated } = ACTIONS[ACTION].output.parse(data);
    if (truncated) context.output.note('otto: the outline is cut off; --max-nodes takes more.');
    context.output.answer(document, snapshot);
  },
});
