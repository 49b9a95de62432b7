import { OttoError } from '@telepat/otto-protocol';
import { refreshReply } from '@telepat/otto-protocol/http';
import type { CommandContext } from '../context.js';
import { GIVEN_ONCE_MS_MAX, unlessAborted } from '../interruption.js';
import { relayAddress } from '../relay/relay-address.js';
import { toldByRelay } from '../relay/told-by-relay.js';

/**
 * Exchanges the kept refresh token for a new pair, and keeps that.
 *
 * @returns false when there is none, or the relay takes it no more
 * @throws OttoError `relay_unreachable` when the relay cannot be asked
 */
export async function renewLogin(context: CommandContext): Promise<boolean> {
  const { refreshToken: spent } = await context.config.read();
  if (spent === undefined) return false;
  try {
    const { httpUrl } = await relayAddress(context);
    const { OttoHttpApi } = await import('@telepat/otto-sdk');
    const answer = new OttoHttpApi({ baseUrl: httpUrl }).auth.refresh({ refreshToken: spent });
    const reply = await unlessAborted(context.io.signal, answer, { graceMs: GIVEN_ONCE_MS_MAX });
    const { accessToken, refreshToken } = toldByRelay(refreshReply, reply);
    await context.config.update({ accessToken, refreshToken });
    return true;
  } catch (error) {
    if (error instanceof OttoError && error.category === 'auth') return false;
    throw error;
  }
}
