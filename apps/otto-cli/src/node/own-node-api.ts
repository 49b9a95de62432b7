import { OttoError } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';

/**
 * The relay's HTTP interface in the name of the node on this machine, whose owner runs this command. A token that has
 * run out is renewed where the node keeps it, so that a running node goes on with the new one.
 *
 * @throws OttoError `missing_access_token` when no node was ever paired here
 */
export async function ownNodeApi({ paths, ...context }: CommandContext): Promise<OttoHttpApi> {
  const { nodeId } = await context.config.read();
  if (nodeId === undefined) throw notPaired();
  const { httpUrl } = await relayAddress({ paths, ...context });
  const [{ nodeTokens }, { OttoHttpApi }] = await Promise.all([
    import('@telepat/otto-node-chromium'),
    import('@telepat/otto-sdk'),
  ]);
  const tokens = nodeTokens({ home: paths.home, nodeId, relayHttpUrl: httpUrl });
  if (!(await tokens.isPaired())) throw notPaired();
  return new OttoHttpApi({ baseUrl: httpUrl, bearer: (wish) => tokens.accessToken(wish) });
}

function notPaired(): OttoError {
  return new OttoError('missing_access_token', {
    message: 'No node of this machine is paired with the relay.',
    actionableHint: 'Start one with otto node start; it may be stopped again afterwards.',
  });
}
