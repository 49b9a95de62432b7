import { clientTokenReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { unlessAborted } from '../interruption.js';
import { relayAddress } from '../relay/relay-address.js';
import { toldByRelay } from '../relay/told-by-relay.js';
import { requireSecret } from './require-secret.js';

/**
 * Logs this machine in as a controller with its secret, and keeps the tokens.
 *
 * @throws OttoError `not_logged_in` when the secret is not known here, `invalid_client_credentials`
 */
export async function loginClient(context: CommandContext, clientId: string): Promise<ClientLogin> {
  const clientSecret = await requireSecret(context, clientId);
  const { httpUrl } = await relayAddress(context);
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  const answer = new OttoHttpApi({ baseUrl: httpUrl }).clients.token({ clientId, clientSecret });
  const reply = await unlessAborted(context.io.signal, answer);
  const { controllerId, scopes, accessToken, refreshToken } = toldByRelay(clientTokenReply, reply);
  await context.config.update({ clientId, controllerId, accessToken, refreshToken });
  return { clientId, controllerId, scopes };
}

export interface ClientLogin {
  readonly clientId: string;
  readonly controllerId: string;
  readonly scopes: readonly string[];
}
