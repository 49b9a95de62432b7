import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { IdPrefix } from '@telepat/otto-protocol';
import type { IdGenerator } from '@telepat/otto-relay-core';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 22 characters of 62 are 130 bits. */
const ID_LENGTH = 22;

/** Bytes from here on are thrown away: the rest of the division by 62 would favour the first letters. */
const FAIR_BYTE_MAX = 256 - (256 % ALPHABET.length);

/** Ids from the system's randomness: nobody can guess one, and none repeats. */
export class RandomIds implements IdGenerator {
  readonly #pool = new Uint8Array(1_024);
  #used = this.#pool.length;
  readonly #ulid = monotonicFactory(() => this.#byte() / 256);

  next(prefix: IdPrefix): string {
    // Added one by one, each letter would stay an object of its own for as long as the id: 650 bytes a session.
    return `${prefix}_${Array.from({ length: ID_LENGTH }, () => this.#letter()).join('')}`;
  }

  logEntryId(at: number): string {
    return this.#ulid(at);
  }

  #letter(): string {
    let byte = this.#byte();
    while (byte >= FAIR_BYTE_MAX) byte = this.#byte();
    return ALPHABET.charAt(byte % ALPHABET.length);
  }

  /** Random bytes are drawn by the kilobyte: one system call a letter would cost more than the letter. */
  #byte(): number {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    return this.#pool[this.#used++] ?? 0;
  }
}
