import type { OttoClient } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { relayAddress } from '../relay/relay-address.js';
import { storedCredentials } from './stored-credentials.js';
import { TokenSaving } from './token-saving.js';

/**
 * Connects as this user's controller for one call. New tokens are on disk before it resolves, because the relay has
 * forgotten the old ones; the tabs that are left open are kept for the next call, and it is said when the relay could
 * not be asked to.
 *
 * @throws OttoError `not_logged_in` when there is nothing to log in with
 */
export async function withController<T>(
  context: CommandContext,
  options: KeepingTabs,
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
      detach(client, context, options);
      await client.close();
    }
  } finally {
    await saving.done();
  }
}

function detach(client: OttoClient, { output }: CommandContext, { keepTabsMs }: KeepingTabs): void {
  const isTold = client.detach(keepTabsMs === undefined ? {} : { keepTabsMs });
  if (!isTold && keepTabsMs !== 0) output.note(NOT_TOLD);
}

const NOT_TOLD =
  'otto: the connection to the relay is lost, so it could not be told to keep your tabs; it may close those that are ' +
  'open after its grace (OTTO_ORPHAN_GRACE_MS, 2 seconds unless set)';

interface KeepingTabs {
  /** 0 lets them go. */
  readonly keepTabsMs?: number | undefined;
}
