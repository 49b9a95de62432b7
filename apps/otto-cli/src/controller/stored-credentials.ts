import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';

/**
 * With what this user's controller proves itself.
 *
 * @throws OttoError `not_logged_in` when there is nothing
 */
export async function storedCredentials({ config, secrets }: CommandContext): Promise<StoredCredentials> {
  const { clientId, accessToken, refreshToken } = await config.read();
  const clientSecret = clientId === undefined ? undefined : await secrets.secretOf(clientId);
  if (clientSecret === undefined && accessToken === undefined && refreshToken === undefined) {
    throw new OttoError('not_logged_in');
  }
  return { clientId, clientSecret, accessToken, refreshToken };
}

export interface StoredCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}
