import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { OttoError } from '@telepat/otto-protocol';
import type { Environment } from '../io.js';
import type { Keychain } from '../keychain/keychain.js';
import { checkWritable } from './private-file.js';
import { readSecretNote, writeSecretNote, type SecretNote } from './secret-note.js';

/**
 * The secret of this user's controller client: in the keychain of the system where one works, else in a file of its own
 * that only its owner may read. The file is there in both cases and says which it is, so that there is one truth, and
 * no keychain is asked for what it does not have. `OTTO_CONTROLLER_CLIENT_SECRET` wins over both, and `OTTO_KEYCHAIN=0`
 * leaves the keychain alone.
 */
export class SecretStore {
  readonly #path: string;
  readonly #env: Environment;
  readonly #system: Keychain;

  constructor(options: { path: string; env: Environment; keychain: Keychain }) {
    this.#path = options.path;
    this.#env = options.env;
    this.#system = options.keychain;
  }

  /** Where the secret of a client is, as far as that is known without asking a keychain. */
  async placeOf(clientId: string): Promise<SecretPlace | undefined> {
    if (this.#secretOfEnvironment() !== undefined) return 'environment';
    const note = await readSecretNote(this.#path);
    if (note?.clientId !== clientId) return undefined;
    return isInKeychain(note) ? 'keychain' : 'file';
  }

  /**
   * Looks for the secret of a client. A secret is given out for its own client only.
   *
   * @throws OttoError `invalid_configuration` when `OTTO_KEYCHAIN` is no switch
   */
  async find(clientId: string): Promise<FoundSecret> {
    const fromEnv = this.#secretOfEnvironment();
    if (fromEnv !== undefined) return { place: 'environment', secret: fromEnv };
    const note = await readSecretNote(this.#path);
    if (note?.clientId !== clientId) return { place: undefined };
    if (!isInKeychain(note)) return { place: 'file', secret: note.clientSecret };
    const keychain = this.#keychain();
    if (keychain === undefined) return keptAway('off', `It is in the keychain, and ${SWITCHED_OFF}.`);
    try {
      const secret = await keychain.read(clientId);
      if (secret !== undefined) return { place: 'keychain', secret };
      return keptAway('gone', 'It was put into the keychain, and is not there any more.');
    } catch (error) {
      return keptAway('locked', `It is in the keychain, which cannot be read: ${reasonOf(error)}.`);
    }
  }

  /**
   * Finds out before a secret is asked for whether it could be kept, if need be in the file.
   * @throws OttoError `invalid_configuration` that names the file
   */
  async checkKeepable(): Promise<void> {
    this.#keychain();
    await checkWritable(this.#path);
  }

  /**
   * Keeps the secret of a client in place of whichever was kept before. What is in the keychain has been read back
   * before it is gone from the file.
   */
  async keep(clientId: string, clientSecret: string): Promise<KeptSecret> {
    const before = await readSecretNote(this.#path);
    const keychain = this.#keychain();
    const problem = keychain === undefined ? undefined : await problemOfKeeping(keychain, clientId, clientSecret);
    const isKept = keychain !== undefined && problem === undefined;
    await writeSecretNote(this.#path, isKept ? { clientId, in: 'keychain' } : { clientId, clientSecret });
    const left = before?.clientId === clientId ? undefined : await this.#takeOutOfKeychain(before);
    const rest = left === undefined ? {} : { left };
    if (isKept) return { place: 'keychain', ...rest };
    return { place: 'file', path: this.#path, ...(problem === undefined ? {} : { problem }), ...rest };
  }

  /**
   * Forgets the secret of a client; one of another client stays. Tells what it had to leave in the keychain.
   */
  async forget(clientId: string): Promise<LeftSecret | undefined> {
    const note = await readSecretNote(this.#path);
    if (note !== undefined && note.clientId !== clientId) return undefined;
    const left = await this.#takeOutOfKeychain(note);
    await rm(this.#path, { force: true });
    return left;
  }

  /** Why no secret could be kept in the keychain; undefined when one could. */
  async problemOfKeychain(): Promise<string | undefined> {
    const keychain = this.#keychain();
    if (keychain === undefined) return SWITCHED_OFF;
    const name = `probe ${randomBytes(8).toString('hex')}`;
    const problem = await problemOfKeeping(keychain, name, 'no secret');
    if (problem !== undefined) return problem;
    return keychain.remove(name).then(() => undefined, reasonOf);
  }

  async #takeOutOfKeychain(note: SecretNote | undefined): Promise<LeftSecret | undefined> {
    if (note === undefined || !isInKeychain(note)) return undefined;
    const { clientId } = note;
    const keychain = this.#keychain();
    if (keychain === undefined) return { clientId, problem: SWITCHED_OFF };
    try {
      await keychain.remove(clientId);
      return undefined;
    } catch (error) {
      return { clientId, problem: reasonOf(error) };
    }
  }

  #secretOfEnvironment(): string | undefined {
    const secret = this.#env['OTTO_CONTROLLER_CLIENT_SECRET'];
    return secret === '' ? undefined : secret;
  }

  #keychain(): Keychain | undefined {
    const wanted = this.#env['OTTO_KEYCHAIN']?.trim().toLowerCase() ?? '1';
    if (['1', 'true'].includes(wanted)) return this.#system;
    if (['0', 'false'].includes(wanted)) return undefined;
    throw new OttoError('invalid_configuration', {
      message: `OTTO_KEYCHAIN is ${JSON.stringify(wanted)}: it must be 1, true, 0 or false.`,
    });
  }
}

const SWITCHED_OFF = 'OTTO_KEYCHAIN says that none is to be used';

function isInKeychain(note: SecretNote): note is SecretNote & { readonly in: 'keychain' } {
  return 'in' in note;
}

function keptAway(reason: SecretTrouble['reason'], problem: string): SecretTrouble {
  return { place: undefined, reason, problem };
}

/** Only what it gives back has a keychain kept. */
async function problemOfKeeping(keychain: Keychain, name: string, secret: string): Promise<string | undefined> {
  try {
    await keychain.write(name, secret);
  } catch (error) {
    return reasonOf(error);
  }
  const problem = await keychain.read(name).then(
    (kept) => (kept === secret ? undefined : 'it gives back something else'),
    (error: unknown) => reasonOf(error),
  );
  // Whether it is there nobody knows, and it is not needed there.
  if (problem !== undefined) await keychain.remove(name).catch(() => undefined);
  return problem;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type SecretPlace = 'environment' | 'file' | 'keychain';

export type FoundSecret =
  | { readonly place: SecretPlace; readonly secret: string; readonly reason?: undefined }
  /** None was ever kept here. */
  | {
      readonly place: undefined;
      readonly secret?: undefined;
      readonly reason?: undefined;
      readonly problem?: undefined;
    }
  | SecretTrouble;

/** Why a secret that was put into the keychain cannot be had. */
export interface SecretTrouble {
  readonly place: undefined;
  readonly secret?: undefined;
  /** `gone`: lost for good. `off`: nobody may ask. `locked`: it does not open, or does not answer. */
  readonly reason: 'gone' | 'off' | 'locked';
  /** A sentence. */
  readonly problem: string;
}

export type KeptSecret =
  | { readonly place: 'keychain'; readonly left?: LeftSecret }
  /** With what stood in the way of a keychain that was to be used. */
  | { readonly place: 'file'; readonly path: string; readonly problem?: string; readonly left?: LeftSecret };

/** A secret that is still in the keychain though nothing here needs it any more, and why. */
export interface LeftSecret {
  readonly clientId: string;
  readonly problem: string;
}
