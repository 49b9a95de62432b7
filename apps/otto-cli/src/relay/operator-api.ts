import { OttoError } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { relayAddress } from './relay-address.js';

/**
 * The relay's HTTP interface for its owner. The operator token leaves this process only after the relay has proved
 * that it knows it.
 *
 * @throws OttoError `not_running` when there is no operator token, `relay_unreachable` when the relay is not there
 */
export async function operatorApi(context: CommandContext): Promise<OttoHttpApi> {
  const { httpUrl, operatorToken } = await relayAddress(context);
  if (operatorToken === undefined) {
    throw new OttoError('not_running', {
      message: `No relay of yours runs on this machine: there is no operator token in ${context.paths.relay}.`,
      actionableHint: 'Start it with otto start, or run this on the machine and as the user of the relay.',
    });
  }
  const { OttoHttpApi } = await import('@telepat/otto-sdk');
  return new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken });
}
