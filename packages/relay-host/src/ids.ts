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
    let id = `${prefix}_`;
    for (let index = 0; index < ID_LENGTH; index += 1) id += this.#letter();
    return id;
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
