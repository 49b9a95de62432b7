import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../context.js';
import { requireSecret } from './require-secret.js';

/**
 * With what this user's controller proves itself. The secret is looked up when the tokens do not do any more: a keychain
 * takes its time, and may be locked.
 *
 * @throws OttoError `not_logged_in` when there is nothing
 */
export async function storedCredentials({
  config,
  secrets,
}: Pick<CommandContext, 'config' | 'secrets'>): Promise<StoredCredentials> {
  const { clientId, accessToken, refreshToken } = await config.read();
  const isKept = clientId !== undefined && (await secrets.placeOf(clientId)) !== undefined;
  if (!isKept && accessToken === undefined && refreshToken === undefined) throw new OttoError('not_logged_in');
  const clientSecret = isKept ? () => requireSecret({ secrets }, clientId) : undefined;
  return { clientId, clientSecret, accessToken, refreshToken };
}

export interface StoredCredentials {
  readonly clientId: string | undefined;
  /** @throws OttoError `not_logged_in` when it cannot be had now */
  readonly clientSecret: (() => Promise<string>) | undefined;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}
