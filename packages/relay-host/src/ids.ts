import { randomFillSync } from 'node:crypto';
import { TIME_LEN, incrementBase32, monotonicFactory } from 'ulid';
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
  /** Of the newest log entry: its millisecond, and the two parts of its id. */
  #stampedAt = -Infinity;
  #time = '';
  #rest = '';

  next(prefix: IdPrefix): string {
    // Added one by one, each letter would stay an object of its own for as long as the id: 650 bytes a session.
    return `${prefix}_${Array.from({ length: ID_LENGTH }, () => this.#letter()).join('')}`;
  }

  /** Within a millisecond the text of the time stays: to make it anew was a tenth of what an entry costs. */
  logEntryId(at: number): string {
    if (at > this.#stampedAt) {
      this.#stampedAt = at;
      const id = this.#ulid(at);
      this.#time = id.slice(0, TIME_LEN);
      this.#rest = id.slice(TIME_LEN);
    } else {
      this.#rest = incrementBase32(this.#rest);
    }
    return this.#time + this.#rest;
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
