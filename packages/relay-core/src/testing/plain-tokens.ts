import type { Clock } from '../ports/clock.js';
import type { Secrets } from '../ports/secrets.js';
import type { SealedSecret } from '../ports/storage.js';
import type { Claims, TokenSigner, VerifiedClaims } from '../ports/token-signer.js';

/** Tokens that are readable text and no secret at all: for tests. */
export class PlainTokens implements TokenSigner {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sign(claims: Claims, ttlMs: number): Promise<string> {
    return Promise.resolve(`plain:${JSON.stringify({ ...claims, expiresAt: this.#clock.now() + ttlMs })}`);
  }

  verify(token: string): Promise<VerifiedClaims> {
    if (!token.startsWith('plain:')) return Promise.reject(new Error('not a plain token'));
    // Only `sign` above makes these.
    const claims = JSON.parse(token.slice('plain:'.length)) as VerifiedClaims;
    if (claims.expiresAt <= this.#clock.now()) return Promise.reject(new Error('expired'));
    return Promise.resolve(claims);
  }
}

/** Secrets that count, and digests that only prepend: for tests. */
export class PlainSecrets implements Secrets {
  #count = 0;

  newRefreshToken(): string {
    return `rt_${++this.#count}`;
  }

  successorOf(refreshToken: string, idempotencyKey: string): string {
    return `rt_after_${refreshToken}_${idempotencyKey}`;
  }

  newClientSecret(): string {
    return `cs_${++this.#count}`;
  }

  newPairingCode(): string {
    const digits = String(++this.#count).padStart(6, '0');
    return `${digits.slice(0, 3)}-${digits.slice(3)}`;
  }

  digest(secret: string): string {
    return `digest:${secret}`;
  }

  seal(secret: string): SealedSecret {
    return { algorithm: 'sha256', salt: '', hash: this.digest(secret) };
  }

  opens(secret: string, sealed: SealedSecret): Promise<boolean> {
    return Promise.resolve(sealed.hash === this.digest(secret));
  }
}
