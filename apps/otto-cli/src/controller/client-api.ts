import { OttoError } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';
import { requireSecret } from './require-secret.js';

/**
 * The relay's HTTP interface for whoever runs this: its owner where the relay is their own, else the controller of this
 * machine, logged in anew.
 *
 * @throws OttoError `not_logged_in`
 */
export async function clientApi(context: CommandContext): Promise<OttoHttpApi> {
  const { httpUrl, operatorToken } = await relayAddress(context);
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  if (operatorToken !== undefined) return new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken });

  const { clientId } = await context.config.read();
  if (clientId === undefined) throw new OttoError('not_logged_in');
  const clientSecret = await requireSecret(context, clientId);
  const { accessToken } = await new OttoHttpApi({ baseUrl: httpUrl }).clients.token({ clientId, clientSecret });
  return new OttoHttpApi({ baseUrl: httpUrl, bearer: accessToken });
}
