import { OttoError } from '@telepat/otto-protocol';
import type { RemoveAllClientsReply, RemoveClientReply } from '@telepat/otto-protocol/http';
import { clientApi } from '../controller/client-api.js';
import { forgetClient } from '../controller/forget-client.js';
import { withIdentityLock } from '../controller/with-identity-lock.js';
import { declareCommand } from '../declare-command.js';
import { flag, text } from '../option-values.js';

/** `otto client remove` */
export const clientRemoveCommand = declareCommand({
  words: 'client remove',
  summary: 'Removes a controller from the relay: its grants, tokens and sessions end.',
  details:
    'Without an option, the one of this machine, which is then forgotten here, too. Other ones, and all of them, are for ' +
    'the owner of the relay and for controllers with scope relay.admin.',
  examples: ['otto client remove', 'otto client remove --client-id clt_…', 'otto client remove --all'],
  options: {
    clientId: { flags: '--client-id <id>', summary: 'this one', value: text.optional() },
    all: { flags: '--all', summary: 'every one', value: flag },
  },
  run: async ({ context, options }) => {
    const own = (await context.config.read()).clientId;
    const clientId = options.clientId ?? own;
    if (options.all && options.clientId !== undefined) {
      throw new OttoError('invalid_usage', { message: 'Give either --client-id or --all.' });
    }
    if (!options.all && clientId === undefined) {
      throw new OttoError('not_logged_in', {
        message: 'No controller is registered here.',
        actionableHint: 'Name one with --client-id, or give --all.',
      });
    }
    const api = await clientApi(context);
    if (options.all) {
      const removed = await api.clients.removeAll();
      if (own !== undefined) await withIdentityLock(context, () => forgetClient(context, own));
      context.output.answer(removed, tellAll(removed));
    } else if (clientId !== undefined) {
      const removed = await api.clients.remove({ clientId });
      if (clientId === own) await withIdentityLock(context, () => forgetClient(context, own));
      context.output.answer(removed, tellOne(removed));
    }
  },
});

function tellOne(reply: RemoveClientReply): string {
  if (reply.alreadyRevoked)
    return `${reply.clientId} was removed before, at ${new Date(reply.revokedAt).toLocaleString()}.`;
  return `${reply.clientId} is removed: ${ended(reply)}.`;
}

function tellAll(reply: RemoveAllClientsReply): string {
  return reply.removedCount === 0
    ? 'No controller was registered.'
    : `${reply.removedCount} controllers are removed: ${ended(reply)}.`;
}

function ended(counts: RemoveAllClientsReply | RemoveClientReply): string {
  const { aclRevokedCount, refreshRevokedCount, disconnectedSessions } = counts;
  return `${aclRevokedCount} grants, ${refreshRevokedCount} logins and ${disconnectedSessions} open sessions ended`;
}
