import * as z from 'zod';

/**
 * What an access token says of itself. Nothing is verified: only the relay can do that, and this is only shown.
 */
export function tokenFacts(accessToken: string): TokenFacts {
  const [, body = ''] = accessToken.split('.');
  const parsed = claims.safeParse(parseJson(Buffer.from(body, 'base64url').toString('utf8')));
  if (!parsed.success) return {};
  const { controllerId, exp } = parsed.data;
  return {
    ...(controllerId === undefined ? {} : { controllerId }),
    ...(exp === undefined ? {} : { expiresAt: exp * 1_000 }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No token of ours; the schema says so.
    return undefined;
  }
}

const claims = z.object({ controllerId: z.string().optional(), exp: z.number().optional() });

export interface TokenFacts {
  readonly controllerId?: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}
