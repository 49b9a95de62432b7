import { OttoError } from '@telepat/otto-protocol';
import type { OttoHttpApi } from '@telepat/otto-sdk';
import type { CommandContext } from '../context.js';
import { storedCredentials } from '../controller/stored-credentials.js';
import { TokenSaving } from '../controller/token-saving.js';
import { relayAddress } from '../relay/relay-address.js';

/**
 * Reads the relay's log as the relay's owner, who sees all of it, or else as the controller that this machine is, which
 * sees its own doings. New tokens are on disk before it resolves.
 *
 * @throws OttoError `relay_unreachable`, or `not_logged_in` where there is neither
 */
export async function withLogApi<T>(context: CommandContext, use: (reader: LogReader) => Promise<T>): Promise<T> {
  const { httpUrl, operatorToken } = await relayAddress(context);
  const { OttoHttpApi, controllerHttpApi } = await import('@telepat/otto-sdk');
  if (operatorToken !== undefined) {
    return use({ api: new OttoHttpApi({ baseUrl: httpUrl, bearer: operatorToken }), seesAll: true });
  }
  const credentials = await storedCredentials(context);
  const saving = new TokenSaving(context, credentials);
  try {
    const api = controllerHttpApi({ relayUrl: httpUrl, ...credentials, onTokens: saving.take });
    return await use({ api, seesAll: false });
  } finally {
    await saving.done();
  }
}

/** Whether it may be otherwise in a moment: the relay is away, was started anew, or is busy with another query. */
export function isPassing(error: unknown): error is OttoError {
  return error instanceof OttoError && PASSING.has(error.code);
}

const PASSING: ReadonlySet<string> = new Set([
  'relay_unreachable',
  'relay_shutting_down',
  'not_running',
  'invalid_access_token',
  'missing_access_token',
  'too_many_queries',
  'log_unavailable',
]);

/** Whoever reads the log. */
export interface LogReader {
  readonly api: OttoHttpApi;
  /** The owner of the relay, from whom nothing is hidden. */
  readonly seesAll: boolean;
}
