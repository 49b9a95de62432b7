import { OttoError } from '@telepat/otto-protocol';
import type { OttoClient, TokenPair } from '@telepat/otto-sdk';
import type { Config } from '../config/config-file.js';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';
import { tokenFacts } from './token-facts.js';

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
  const { config, io } = context;
  const credentials = await storedCredentials(context, await config.read());
  const { wsUrl } = await relayAddress(context);
  const { OttoClient } = await import('@telepat/otto-sdk');

  let saved = Promise.resolve();
  const onTokens = (pair: TokenPair): void => {
    saved = saved.then(() => saveTokens(context, pair));
    // Awaited below; until then a failure to write is nobody's unhandled rejection.
    saved.catch(() => undefined);
  };
  try {
    const client = await OttoClient.connect({ relayUrl: wsUrl, ...credentials, onTokens, signal: io.signal });
    try {
      return await use(client);
    } finally {
      client.detach(options.keepTabsMs === undefined ? {} : { keepTabsMs: options.keepTabsMs });
      await client.close();
    }
  } finally {
    await saved;
  }
}

async function storedCredentials({ secrets }: CommandContext, config: Config): Promise<StoredCredentials> {
  const { clientId, accessToken, refreshToken } = config;
  const clientSecret = clientId === undefined ? undefined : await secrets.secretOf(clientId);
  if (clientSecret === undefined && accessToken === undefined && refreshToken === undefined) {
    throw new OttoError('not_logged_in');
  }
  return { clientId, clientSecret, accessToken, refreshToken };
}

async function saveTokens({ config }: CommandContext, { accessToken, refreshToken }: TokenPair): Promise<void> {
  const { controllerId } = tokenFacts(accessToken);
  await config.update({ accessToken, refreshToken, ...(controllerId === undefined ? {} : { controllerId }) });
}

interface StoredCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}
