import { OttoError } from '@telepat/otto-protocol';
import { loginClient } from '../controller/login-client.js';
import { withIdentityLock } from '../controller/with-identity-lock.js';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';

/** `otto client login` */
export const clientLoginCommand = declareCommand({
  words: 'client login',
  summary: 'Logs this machine in with the secret of its controller.',
  details: 'OTTO_CONTROLLER_CLIENT_SECRET wins over the secret that was kept at registration.',
  examples: ['otto client login', 'OTTO_CONTROLLER_CLIENT_SECRET=cs_… otto client login --client-id clt_…'],
  options: {
    clientId: { flags: '--client-id <id>', summary: 'log in as this controller', value: text.optional() },
  },
  run: async ({ context, options }) => {
    const { clientId, controllerId, scopes } = await withIdentityLock(context, async () => {
      const named = options.clientId ?? (await context.config.read()).clientId;
      if (named === undefined) throw new OttoError('not_logged_in', { message: 'No controller is registered here.' });
      return loginClient(context, named);
    });
    context.output.answer({ clientId, controllerId, scopes }, `Logged in as ${clientId} (${controllerId}).`);
  },
});
