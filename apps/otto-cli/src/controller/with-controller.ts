import type { OttoClient } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';
import { storedCredentials } from './stored-credentials.js';
import { TokenSaving } from './token-saving.js';

/**
 * Connects as this user's controller for one call. New tokens are on disk before it resolves, because the relay has
 * forgotten the old ones; the tabs that are left open are kept for the next call.
 *
 * @throws OttoError `not_logged_in` when there is nothing to log in with
 */
export async function withController<T>(
  context: CommandContext,
  options: { keepTabsMs?: number | undefined },
  use: (client: OttoClient) => Promise<T>,
): Promise<T> {
  const { io } = context;
  const credentials = await storedCredentials(context);
  const { wsUrl } = await relayAddress(context);
  const { OttoClient } = await import('@telepat/otto-sdk');

  const saving = new TokenSaving(context, credentials);
  try {
    const client = await OttoClient.connect({
      relayUrl: wsUrl,
      ...credentials,
      onTokens: saving.take,
      signal: io.signal,
    });
    try {
      return await use(client);
    } finally {
      client.detach(options.keepTabsMs === undefined ? {} : { keepTabsMs: options.keepTabsMs });
      await client.close();
    }
  } finally {
    await saving.done();
  }
}
