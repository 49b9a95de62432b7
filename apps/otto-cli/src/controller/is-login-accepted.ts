import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { unlessAborted } from '../interruption.js';
import { relayAddress } from '../relay/relay-address.js';

/**
 * Whether the relay takes the kept access token; one that is not there is not taken.
 *
 * @throws OttoError `relay_unreachable` when the relay cannot be asked
 */
export async function isLoginAccepted(context: CommandContext): Promise<boolean> {
  const { accessToken } = await context.config.read();
  if (accessToken === undefined) return false;
  try {
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    await unlessAborted(
      context.io.signal,
      new OttoHttpApi({ baseUrl: httpUrl, bearer: accessToken }).nodes.connected(),
    );
    return true;
  } catch (error) {
    if (error instanceof OttoError && error.category === 'auth') return false;
    throw error;
  }
}
