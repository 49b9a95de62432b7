import type { ClientReply } from '@telepat/otto-protocol/http';
import { declareCommand } from '../declare-command.js';
import { operatorApi } from '../relay/operator-api.js';

/** `otto client list` */
export const clientListCommand = declareCommand({
  words: 'client list',
  summary: 'Lists the controllers that are registered at the relay, as its owner.',
  details: 'What each of them may do is shown by otto client scopes, and which nodes it may command by otto node list.',
  examples: ['otto client list', 'otto client list --json'],
  run: async ({ context }) => {
    const { clients, clientCount } = await (await operatorApi(context)).clients.list();
    const lines =
      clients.length === 0 ? ['No controller is registered. otto setup registers this machine.'] : clients.map(lineOf);
    const more = clientCount > clients.length ? [`… and ${clientCount - clients.length} more`] : [];
    context.output.answer({ clients, clientCount }, [...lines, ...more].join('\n'));
  },
});

function lineOf({ clientId, name, description }: ClientReply): string {
  return `${clientId}  ${name}${description === '' ? '' : `: ${description}`}`;
}
