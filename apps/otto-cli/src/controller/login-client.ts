import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';

/**
 * Logs this machine in as a controller with its secret, and keeps the tokens.
 *
 * @throws OttoError `not_logged_in` when the secret is not known here, `invalid_client_credentials`
 */
export async function loginClient(context: CommandContext, clientId: string): Promise<ClientLogin> {
  const { config, secrets } = context;
  const found = await secrets.find(clientId);
  if (found.place === undefined) {
    const problem = found.problem === undefined ? '' : ` ${found.problem}`;
    throw new OttoError('not_logged_in', {
      message: `The secret of ${clientId} is not known here.${problem}`,
      actionableHint: 'Set OTTO_CONTROLLER_CLIENT_SECRET, or register anew with otto client register.',
    });
  }
  const { httpUrl } = await relayAddress(context);
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const login = await new OttoHttpApi({ baseUrl: httpUrl }).clients.token({ clientId, clientSecret: found.secret });
  const { controllerId, scopes, accessToken, refreshToken } = login;
  await config.update({ clientId, controllerId, accessToken, refreshToken });
  return { clientId, controllerId, scopes };
}

export interface ClientLogin {
  readonly clientId: string;
  readonly controllerId: string;
  readonly scopes: readonly string[];
}
