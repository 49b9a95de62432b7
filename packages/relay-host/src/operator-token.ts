import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HEALTH_PROOF_PREFIX } from '@telepat/otto-protocol/http';
import type { Disk } from './disk.js';
import { operatorTokenPath } from './paths.js';
import { writeWhole } from './write-whole.js';

const TOKEN_BYTES = 32;

/** The secret of the relay's owner: who can read its file is the operator. */
export class OperatorToken {
  readonly #token: string;
  readonly #digest: Buffer;

  private constructor(token: string) {
    this.#token = token;
    this.#digest = digest(token);
  }

  /** Makes a new token and puts it into the folder, in place of the one of the last start. */
  static async create(disk: Disk, folder: string): Promise<OperatorToken> {
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    const path = operatorTokenPath(folder);
    await writeWhole(disk, `${path}.tmp`, [Buffer.from(token)]);
    await disk.rename(`${path}.tmp`, path);
    return new OperatorToken(token);
  }

  /** Whether this is the token; takes the same time for every wrong one. */
  matches(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.#digest);
  }

  /** What only somebody who knows the token can answer to a challenge. */
  prove(challenge: string): string {
    return createHmac('sha256', this.#token).update(`${HEALTH_PROOF_PREFIX}${challenge}`).digest('hex');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
