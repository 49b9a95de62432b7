import { declareCommand } from '../declare-command.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto authcode` */
export const authcodeCommand = declareCommand({
  words: 'authcode',
  summary: 'Lists the nodes that wait to be paired, with their codes.',
  details: 'For the owner of the relay, on its machine. otto pair approves one by its code.',
  examples: ['otto authcode'],
  run: async ({ context }) => {
    const { pending } = await (await operatorApi(context)).pairing.pending();
    const rows = pending.map(({ code, nodeId, expiresAt, requestedFrom, alreadyPaired }) => {
      const from = requestedFrom === undefined ? '' : `, asked from ${requestedFrom}`;
      const again = alreadyPaired === true ? ', was paired before' : '';
      return `${code}  ${nodeId}  until ${new Date(expiresAt).toLocaleTimeString()}${from}${again}`;
    });
    const text =
      rows.length === 0 ? 'No node waits to be paired.' : [...rows, 'Approve with: otto pair <code>'].join('\n');
    context.output.answer({ pending }, text);
  },
});
