import { createHash, createHmac, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { OttoError } from '@telepat/otto-protocol';
import type { SealedSecret, Secrets } from '@telepat/otto-relay-core';

const SECRET_BYTES = 32;
const SALT_BYTES = 16;
const SCRYPT_HASH_BYTES = 32;

/** Verifications of old records that may wait for their turn; one takes some 30 ms of a core. */
const SCRYPT_QUEUE_LENGTH_MAX = 16;

/** Sets what is derived here apart from the tokens that are signed with the same secret. */
const SUCCESSOR_PURPOSE = 'otto-refresh-successor';

const nodeScrypt: Scrypt = promisify<string, string, number, Buffer>(scrypt);

/** Secrets and their digests, by `node:crypto`. */
export class NodeSecrets implements Secrets {
  readonly #key: string;
  readonly #scrypt: Scrypt;
  /** The last verification by scrypt: they run one after another, so that a guesser cannot take all cores. */
  #lastScrypt: Promise<unknown> = Promise.resolve();
  #scryptCount = 0;

  /** `key` is a secret of the relay that outlives its process. */
  constructor(key: string, runScrypt: Scrypt = nodeScrypt) {
    this.#key = key;
    this.#scrypt = runScrypt;
  }

  newRefreshToken(): string {
    return `rt_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  }

  successorOf(refreshToken: string, idempotencyKey: string): string {
    // As JSON, no two pairs make the same text.
    const text = JSON.stringify([SUCCESSOR_PURPOSE, refreshToken, idempotencyKey]);
    return `rt_${createHmac('sha256', this.#key).update(text).digest('base64url')}`;
  }

  newClientSecret(): string {
    return `cs_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  }

  newPairingCode(): string {
    const digits = String(randomInt(1_000_000)).padStart(6, '0');
    return `${digits.slice(0, 3)}-${digits.slice(3)}`;
  }

  digest(secret: string): string {
    return createHash('sha256').update(secret).digest('hex');
  }

  seal(secret: string): SealedSecret {
    const salt = randomBytes(SALT_BYTES).toString('hex');
    return { algorithm: 'sha256', salt, hash: saltedDigest(secret, salt).toString('hex') };
  }

  async opens(secret: string, sealed: SealedSecret): Promise<boolean> {
    if (sealed.algorithm === 'sha256') {
      return areEqual(saltedDigest(secret, sealed.salt), Buffer.from(sealed.hash, 'hex'));
    }
    const hash = await this.#scryptInTurn(secret, sealed.salt);
    return areEqual(hash, Buffer.from(sealed.hash, 'base64'));
  }

  /** Older installations hashed with the salt's hex text as it is, at Node's default cost. */
  async #scryptInTurn(secret: string, salt: string): Promise<Buffer> {
    if (this.#scryptCount >= SCRYPT_QUEUE_LENGTH_MAX) throw new OttoError('too_many_attempts');
    this.#scryptCount += 1;
    const hash = this.#lastScrypt.then(() => this.#scrypt(secret, salt, SCRYPT_HASH_BYTES));
    // Whoever asked hears of a failure; the next in line must run all the same.
    this.#lastScrypt = hash.catch(() => undefined);
    try {
      return await hash;
    } finally {
      this.#scryptCount -= 1;
    }
  }
}

function saltedDigest(secret: string, salt: string): Buffer {
  return createHash('sha256').update(salt).update(secret).digest();
}

function areEqual(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Runs off the event loop. */
type Scrypt = (secret: string, salt: string, length: number) => Promise<Buffer>;
