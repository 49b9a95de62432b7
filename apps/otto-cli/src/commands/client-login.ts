import { OttoError } from '@telepat/otto-protocol';
import { declareCommand } from '../declare-command.js';
import { text } from '../option-values.js';
import { relayAddress } from '../relay/relay-address.js';

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
    const { config, secrets, output } = context;
    const clientId = options.clientId ?? (await config.read()).clientId;
    if (clientId === undefined) throw new OttoError('not_logged_in', { message: 'No controller is registered here.' });
    const clientSecret = await secrets.secretOf(clientId);
    if (clientSecret === undefined) {
      throw new OttoError('not_logged_in', {
        message: `The secret of ${clientId} is not known here.`,
        actionableHint: 'Set OTTO_CONTROLLER_CLIENT_SECRET, or register anew with otto client register.',
      });
    }
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    const login = await new OttoHttpApi({ baseUrl: httpUrl }).clients.token({ clientId, clientSecret });
    const { controllerId, scopes, accessToken, refreshToken } = login;
    await config.update({ clientId, controllerId, accessToken, refreshToken });
    output.answer({ clientId, controllerId, scopes }, `Logged in as ${clientId} (${controllerId}).`);
  },
});
