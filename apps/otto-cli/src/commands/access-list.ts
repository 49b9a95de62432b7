import type { AccessListReply } from '@telepat/otto-protocol/http';
import { declareCommand } from '../declare-command.js';
import { ownNodeApi } from '../node/own-node-api.js';

/** `otto access list` */
export const accessListCommand = declareCommand({
  words: 'access list',
  summary: 'Lists the controllers of the relay, and which of them may command the node on this machine.',
  examples: ['otto access list'],
  run: async ({ context }) => {
    const { nodeId, clients } = await (await ownNodeApi(context)).access.list();
    const rows = clients.filter(({ revoked }) => !revoked).map(lineOf);
    const text = rows.length === 0 ? 'No controller is registered at the relay.' : rows.join('\n');
    context.output.answer({ nodeId, clients }, `${nodeId}\n${text}`);
  },
});

function lineOf({ clientId, name, granted, grantExpiresAt }: AccessListReply['clients'][number]): string {
  const until = grantExpiresAt === undefined ? '' : ` until ${new Date(grantExpiresAt).toLocaleString()}`;
  return `  ${granted ? `granted${until}` : 'no grant'}  ${clientId}  ${name}`;
}
