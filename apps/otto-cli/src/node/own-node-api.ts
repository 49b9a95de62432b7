import { OttoError } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { httpGet } from '../relay/http-get.js';
import { relayAddress } from '../relay/relay-address.js';

const ANSWER_MS_MAX = 3_000;

/**
 * The relay's HTTP interface in the name of the node on this machine, whose owner runs this command. A token that has
 * run out is renewed where the node keeps it, so that a running node goes on with the new one.
 *
 * @throws OttoError `missing_access_token` when no node was ever paired here, `relay_unreachable` when there is no relay
 */
export async function ownNodeApi({ paths, ...context }: CommandContext): Promise<OttoHttpApi> {
  const { httpUrl } = await relayAddress({ paths, ...context });
  const { nodeId } = await context.config.read();
  if (nodeId === undefined) throw await notPaired(httpUrl, context.io.signal);
  const [{ nodeTokens }, { OttoHttpApi }] = await Promise.all([
    import('@telepat/otto-node-chromium'),
    import('@telepat/otto-sdk'),
  ]);
  const tokens = nodeTokens({ home: paths.home, nodeId, relayHttpUrl: httpUrl });
  if (!(await tokens.isPaired())) throw await notPaired(httpUrl, context.io.signal);
  return new OttoHttpApi({ baseUrl: httpUrl, bearer: (wish) => tokens.accessToken(wish) });
}

/** Without a relay, that is what has to be mended first. */
async function notPaired(httpUrl: string, signal: AbortSignal): Promise<OttoError> {
  const { outcome } = await httpGet(new URL('/readyz', httpUrl), { msMax: ANSWER_MS_MAX, signal });
  if (outcome === 'nobody') return new OttoError('relay_unreachable', { message: `Nobody listens on ${httpUrl}.` });
  return new OttoError('missing_access_token', {
    message: 'No node of this machine is paired with the relay.',
    actionableHint: 'Start one with otto node start; it may be stopped again afterwards.',
  });
}
