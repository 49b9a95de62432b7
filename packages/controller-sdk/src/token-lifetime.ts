import { isObject } from '@telepat/otto-protocol';

/**
 * When an access token was issued and when it ends, in epoch milliseconds of the relay's clock. Undefined for a token
 * that does not say so: only the relay can verify a token, so this is for planning, never for trust.
 */
export function tokenLifetime(token: string): TokenLifetime | undefined {
  const claims = claimsOf(token);
  if (claims === undefined) return undefined;
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp <= iat) return undefined;
  return { issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
}

/** The middle part of a JSON Web Token. */
function claimsOf(token: string): Record<string, unknown> | undefined {
  const [, middle, last] = token.split('.');
  if (middle === undefined || last === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(middle.replaceAll('-', '+').replaceAll('_', '/')));
    return isObject(claims) ? claims : undefined;
  } catch {
    // Not a token of this kind, so nothing is known of its life.
    return undefined;
  }
}

export interface TokenLifetime {
  readonly issuedAt: number;
  readonly expiresAt: number;
}
