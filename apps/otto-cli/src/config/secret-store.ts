import { rm } from 'node:fs/promises';
import * as z from 'zod';
import type { Environment } from '../io.js';
import { checkWritable, readIfThere, writePrivateFile } from './private-file.js';

/**
 * The secret of this user's controller client, in a file of its own that only its owner may read.
 * `OTTO_CONTROLLER_CLIENT_SECRET` wins over it.
 */
export class SecretStore {
  readonly #path: string;
  readonly #env: Environment;

  constructor(options: { path: string; env: Environment }) {
    this.#path = options.path;
    this.#env = options.env;
  }

  /** The secret of a client; undefined when none is known. A secret is given out for its own client only. */
  async secretOf(clientId: string): Promise<string | undefined> {
    const fromEnv = this.#env['OTTO_CONTROLLER_CLIENT_SECRET'];
    if (fromEnv !== undefined && fromEnv !== '') return fromEnv;
    const text = await readIfThere(this.#path);
    if (text === undefined) return undefined;
    const kept = keptSecret.safeParse(text);
    return kept.success && kept.data.clientId === clientId ? kept.data.clientSecret : undefined;
  }

  /**
   * Finds out before a secret is asked for whether it could be kept.
   * @throws OttoError `invalid_configuration` that names the file
   */
  async checkKeepable(): Promise<void> {
    await checkWritable(this.#path);
  }

  /** Forgets the secret of a client; one of another client stays. */
  async forget(clientId: string): Promise<void> {
    const text = await readIfThere(this.#path);
    const kept = keptSecret.safeParse(text);
    if (text !== undefined && kept.success && kept.data.clientId !== clientId) return;
    await rm(this.#path, { force: true });
  }

  async keep(clientId: string, clientSecret: string): Promise<void> {
    await writePrivateFile(this.#path, `${JSON.stringify({ clientId, clientSecret })}\n`);
  }
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
