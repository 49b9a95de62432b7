import { webcrypto } from 'node:crypto';
import { SignJWT, errors, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod';
import { OttoError, ROLES } from '@telepat/otto-protocol';
import { KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import type { Claims, Clock, TokenSigner, VerifiedClaims } from '@telepat/otto-relay-core';

/** The only algorithm that is ever signed with or accepted. */
const ALGORITHM = 'HS256';

const id = z.string().max(KEPT_STRING_LENGTH_MAX).exactOptional();

/** What we read of a token. One that was made elsewhere with the same secret may lack `scopes` and `sid`. */
const verifiedClaims = z
  .object({
    role: z.enum(ROLES),
    nodeId: id,
    controllerId: id,
    clientId: id,
    scopes: z.array(z.string()).default([]),
    sid: id,
    exp: z.number(),
  })
  .transform(({ exp, ...claims }): VerifiedClaims => ({ ...claims, expiresAt: exp * 1_000 }));

/** Access tokens as JWTs signed with a shared secret; a previous secret still verifies, but never signs. */
export class JoseTokenSigner implements TokenSigner {
  readonly #keys: SigningKeys;
  readonly #issuer: string;
  readonly #audience: string;
  readonly #clock: Clock;

  private constructor(options: SignerOptions, keys: SigningKeys) {
    this.#keys = keys;
    this.#issuer = options.issuer;
    this.#audience = options.audience;
    this.#clock = options.clock;
  }

  /** Imports the keys once: a token is then signed and verified without touching the secret's text. */
  static async create(options: SignerOptions): Promise<JoseTokenSigner> {
    const current = await importKey(options.secret);
    const previous = options.previousSecret === undefined ? undefined : await importKey(options.previousSecret);
    return new JoseTokenSigner(options, { current, previous });
  }

  sign(claims: Claims, ttlMs: number): Promise<string> {
    const now = this.#clock.now();
    const payload: JWTPayload = { ...claims, scopes: [...claims.scopes] };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.#issuer)
      .setAudience(this.#audience)
      .setIssuedAt(Math.floor(now / 1_000))
      .setExpirationTime(Math.floor((now + ttlMs) / 1_000))
      .sign(this.#keys.current);
  }

  async verify(token: string): Promise<VerifiedClaims> {
    try {
      return verifiedClaims.parse(await this.#payloadOf(token));
    } catch (error) {
      throw new OttoError('invalid_access_token', {}, { cause: error });
    }
  }

  async #payloadOf(token: string): Promise<JWTPayload> {
    try {
      return await this.#verifyWith(this.#keys.current, token);
    } catch (error) {
      const { previous } = this.#keys;
      if (previous === undefined || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      return await this.#verifyWith(previous, token);
    }
  }

  async #verifyWith(key: webcrypto.CryptoKey, token: string): Promise<JWTPayload> {
    const verified = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: this.#issuer,
      audience: this.#audience,
      requiredClaims: ['exp'],
      currentDate: new Date(this.#clock.now()),
    });
    return verified.payload;
  }
}

function importKey(secret: string): Promise<webcrypto.CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

export interface SignerOptions {
  readonly secret: string;
  /** Verifies tokens from before the secret was changed. */
  readonly previousSecret?: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

interface SigningKeys {
  readonly current: webcrypto.CryptoKey;
  readonly previous: webcrypto.CryptoKey | undefined;
}
