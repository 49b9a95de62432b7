import { OttoError } from '@telepat/otto-protocol';

/**
 * How long a refresh token is presented again when no answer comes. The relay repeats a lost answer for 60 s and takes
 * a token that comes later for a stolen one, which ends every session and pairing that began with it (PROTOCOL.md,
 * "Tokens"); a call may take 10 s.
 */
export const REFRESH_TRIES_MS = 50_000;

/** Whether the relay may have exchanged the token: not, when it was never reached, or has answered with a refusal. */
export function mayHaveRefreshed(error: unknown): boolean {
  if (!(error instanceof OttoError)) return true;
  return error.code === 'relay_unreachable' ? error.effect !== 'none' : error.category === 'internal';
}
