import type { SealedSecret } from './storage.js';

/** Secrets and their digests: cryptography is the host's, too. */
export interface Secrets {
  /** `rt_` and 256 random bits. */
  newRefreshToken(): string;
  /**
   * `rt_` and 256 bits, always the same for a token and a key, after a restart, too; nobody else can work them out, even
   * from both.
   */
  successorOf(refreshToken: string, idempotencyKey: string): string;
  /** `cs_` and 256 random bits. */
  newClientSecret(): string;
  /** `NNN-NNN`, evenly distributed. */
  newPairingCode(): string;
  /** SHA-256, hex. */
  digest(secret: string): string;
  seal(secret: string): SealedSecret;
  /** Whether the secret is the sealed one; compares in constant time. */
  opens(secret: string, sealed: SealedSecret): Promise<boolean>;
}
