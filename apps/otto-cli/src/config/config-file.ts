import { OttoError } from '@telepat/otto-protocol';
import * as z from 'zod';
import { withFileLock } from './file-lock.js';
import { checkWritable, readIfThere, writePrivateFile } from './private-file.js';

/** Settings and tokens of this user: `config.json`. Keys that this build does not know are kept. */
export class ConfigFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws OttoError `invalid_configuration` when the file is damaged. */
  async read(): Promise<Config> {
    const text = await readIfThere(this.#path);
    if (text === undefined) return {};
    const parsed = configSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    throw new OttoError('invalid_configuration', {
      message: `${this.#path} is not valid${field === '' ? ': it must be one JSON object' : `: see ${field}`}.`,
      actionableHint: 'Correct the file, or move it away to begin anew.',
    });
  }

  /**
   * Finds out whether it could be written.
   * @throws OttoError `invalid_configuration` that names the file
   */
  async checkWritable(): Promise<void> {
    await checkWritable(this.#path);
  }

  /** Sets the given fields, removes those given as undefined, and leaves the rest as it is on disk now. */
  update(changes: ConfigChanges): Promise<Config> {
    return this.revise(() => changes);
  }

  /** The same, with changes that depend on what is on disk; nobody else changes it meanwhile. */
  revise(changesOf: (before: Config) => ConfigChanges): Promise<Config> {
    return withFileLock(this.#path, async () => {
      const before = await this.read();
      const config = { ...before, ...changesOf(before) };
      const kept = configSchema.parse(
        Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
      );
      await writePrivateFile(this.#path, `${JSON.stringify(kept, null, 2)}\n`);
      return kept;
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not an object either way; the schema's refusal names the file.
    return undefined;
  }
}

const field = z.string().min(1).max(8_192).exactOptional();

const configSchema = z.looseObject({
  relayUrl: field,
  relayHttpUrl: field,
  nodeId: field,
  clientId: field,
  controllerId: field,
  accessToken: field,
  refreshToken: field,
});

export type Config = z.infer<typeof configSchema>;
export type ConfigChanges = { [K in ConfigField]?: string | undefined };

type ConfigField =
  'relayUrl' | 'relayHttpUrl' | 'nodeId' | 'clientId' | 'controllerId' | 'accessToken' | 'refreshToken';
