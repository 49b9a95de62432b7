import { isObject } from '@telepat/otto-protocol';

/**
 * A token is renewed when this much of its life is over. What is left is for a relay that is away just then, and for a
 * node whose renewal came to nothing: it needs a token that lives to pair itself anew.
 */
const RENEWED_AFTER = 0.5;

/**
 * In how many milliseconds an access token should be renewed; undefined for one that does not say when it ends. Of one
 * that was issued just now its life counts, not its end: our wall clock may be hours off the relay's.
 */
export function msUntilRenewal(token: string, { isNew, now }: { isNew: boolean; now: number }): number | undefined {
  const lifetime = tokenLifetime(token);
  if (lifetime === undefined) return undefined;
  const lifeMs = lifeMsOf(lifetime);
  const leftMs = isNew ? lifeMs : Math.min(lifeMs, lifetime.expiresAt - now);
  return leftMs - lifeMs * (1 - RENEWED_AFTER);
}

/** How long an access token lives in all; undefined for one that does not say so. */
export function tokenLifeMs(token: string): number | undefined {
  const lifetime = tokenLifetime(token);
  return lifetime === undefined ? undefined : lifeMsOf(lifetime);
}

function lifeMsOf({ issuedAt, expiresAt }: TokenLifetime): number {
  return expiresAt - issuedAt;
}

/**
 * When an access token was issued and when it ends, in epoch milliseconds of the relay's clock. Undefined for a token
 * that does not say so: only the relay can verify a token, so this is for planning, never for trust.
 */
function tokenLifetime(token: string): TokenLifetime | undefined {
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
    const claims: unknown = JSON.parse(latin1OfBase64Url(middle));
    return isObject(claims) ? claims : undefined;
  } catch {
    // Not a token of this kind, so nothing is known of its life.
    return undefined;
  }
}

/** Enough of base64url for numbers in JSON; `atob` is in no library that all our hosts share. */
function latin1OfBase64Url(text: string): string {
  let [held, bits, decoded] = [0, 0, ''];
  for (const char of text) {
    // What is of another alphabet makes text that is no JSON.
    held = ((held << 6) | (ALPHABET.indexOf(char) & 63)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded += String.fromCharCode((held >> bits) & 0xff);
  }
  return decoded;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

interface TokenLifetime {
  readonly issuedAt: number;
  readonly expiresAt: number;
}
