import { rm } from 'node:fs/promises';
import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import type { Environment } from '../io.js';
import type { Keychain } from './keychain.js';
import { checkWritable, readIfThere, writePrivateFile } from './private-file.js';

/**
 * The secret of this user's controller client: in the keychain of the system where one works, else in a file of its own
 * that only its owner may read. `OTTO_CONTROLLER_CLIENT_SECRET` wins over both, and `OTTO_KEYCHAIN=0` leaves the
 * keychain alone.
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

  /**
   * Looks for the secret of a client. A secret is given out for its own client only.
   *
   * @throws OttoError `invalid_configuration` when `OTTO_KEYCHAIN` is no switch
   */
  async find(clientId: string): Promise<FoundSecret> {
    const fromEnv = this.#env['OTTO_CONTROLLER_CLIENT_SECRET'];
    if (fromEnv !== undefined && fromEnv !== '') return { place: 'environment', secret: fromEnv };
    const kept = await this.#readFile();
    if (kept?.clientId === clientId) return { place: 'file', secret: kept.clientSecret };
    const keychain = this.#keychain();
    if (keychain === undefined) return { place: undefined };
    try {
      const secret = await keychain.read(clientId);
      return secret === undefined ? { place: undefined } : { place: 'keychain', secret };
    } catch (error) {
      return { place: undefined, problem: `The keychain cannot be read: ${reasonOf(error)}.` };
    }
  }

  /** The secret of a client; undefined when none is known. */
  async secretOf(clientId: string): Promise<string | undefined> {
    return (await this.find(clientId)).secret;
  }

  /**
   * Finds out before a secret is asked for whether it could be kept, if need be in the file.
   * @throws OttoError `invalid_configuration` that names the file
   */
  async checkKeepable(): Promise<void> {
    await checkWritable(this.#path);
  }

  /** Forgets the secret of a client; one of another client stays. A keychain that does not work has none. */
  async forget(clientId: string): Promise<void> {
    const kept = await this.#readFile();
    if (kept === undefined || kept.clientId === clientId) await rm(this.#path, { force: true });
    await this.#keychain()
      ?.remove(clientId)
      .catch(() => undefined);
  }

  async keep(clientId: string, clientSecret: string): Promise<KeptSecret> {
    const keychain = this.#keychain();
    const problem = keychain === undefined ? undefined : await problemOfKeeping(keychain, clientId, clientSecret);
    if (keychain !== undefined && problem === undefined) {
      await rm(this.#path, { force: true });
      return { place: 'keychain' };
    }
    await writePrivateFile(this.#path, `${JSON.stringify({ clientId, clientSecret })}\n`);
    return { place: 'file', path: this.#path, ...(problem === undefined ? {} : { problem }) };
  }

  /** Why no secret could be kept in the keychain; undefined when one could. */
  async problemOfKeychain(): Promise<string | undefined> {
    const keychain = this.#keychain();
    if (keychain === undefined) return 'OTTO_KEYCHAIN says that none is to be used';
    const problem = await problemOfKeeping(keychain, 'probe', 'a secret');
    if (problem === undefined) await keychain.remove('probe');
    return problem;
  }

  #keychain(): Keychain | undefined {
    const wanted = this.#env['OTTO_KEYCHAIN']?.trim().toLowerCase() ?? '1';
    if (['1', 'true'].includes(wanted)) return this.#system;
    if (['0', 'false'].includes(wanted)) return undefined;
    throw new OttoError('invalid_configuration', {
      message: `OTTO_KEYCHAIN is ${JSON.stringify(wanted)}: it must be 1, true, 0 or false.`,
    });
  }

  async #readFile(): Promise<z.infer<typeof keptSecret> | undefined> {
    const text = await readIfThere(this.#path);
    return text === undefined ? undefined : keptSecret.safeParse(text).data;
  }
}

/** Only what it gives back has a keychain kept. */
async function problemOfKeeping(keychain: Keychain, name: string, secret: string): Promise<string | undefined> {
  try {
    await keychain.write(name, secret);
    return (await keychain.read(name)) === secret ? undefined : 'it gives back something else';
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const keptSecret = z
  .string()
  .transform((text, check): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      check.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.object({ clientId: z.string(), clientSecret: z.string() }));

export type FoundSecret =
  | { readonly place: 'environment' | 'file' | 'keychain'; readonly secret: string }
  /** None is known; perhaps because of a problem. */
  | { readonly place: undefined; readonly secret?: undefined; readonly problem?: string };

export type KeptSecret =
  | { readonly place: 'keychain' }
  /** With what stood in the way of a keychain that was to be used. */
  | { readonly place: 'file'; readonly path: string; readonly problem?: string };
