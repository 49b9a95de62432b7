import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OttoError, isObject } from '@telepat/otto-protocol';
import type { KeyValue } from '@telepat/otto-node-runtime';
import { makePrivateFolder } from './private-folder.js';
import { unusable } from './unusable.js';

/**
 * What a node remembers, in one JSON file that only its owner can read. A change is on the disk before it is answered,
 * and at any moment the file is whole: the old one or the new one. Nothing is held in memory, because a command line may
 * renew the tokens of a node that runs.
 */
export class FileKeyValue implements KeyValue {
  readonly #path: string;
  /** Changes are written one after another. */
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async get(key: string): Promise<string | undefined> {
    await this.#lastWrite;
    return (await readValues(this.#path)).get(key);
  }

  set(key: string, value: string): Promise<void> {
    return this.#change((values) => values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#change((values) => values.delete(key));
  }

  #change(apply: (values: Map<string, string>) => void): Promise<void> {
    const written = this.#lastWrite.then(async () => {
      const values = await readValues(this.#path);
      apply(values);
      await this.#write(values);
    });
    // One that failed is told to its caller; the next is tried all the same.
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  async #write(values: ReadonlyMap<string, string>): Promise<void> {
    try {
      await this.#replace(values);
    } catch (error) {
      throw unusable(this.#path, error);
    }
  }

  async #replace(values: ReadonlyMap<string, string>): Promise<void> {
    const folder = dirname(this.#path);
    await makePrivateFolder(folder);
    const temporary = `${this.#path}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } finally {
      await rm(temporary, { force: true });
    }
    await syncFolder(folder);
  }
}

/** Without this, a power failure could bring the old name of the file back. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw unusable(path, error, 'read');
  }
}

async function readValues(path: string): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(jsonObject(await textOf(path), path))) {
    if (typeof value === 'string') values.set(key, value);
  }
  return values;
}

function jsonObject(text: string, path: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below: a file that is not ours must not be written over.
  }
  throw new OttoError('invalid_configuration', {
    message: `${path} is damaged: it should be one JSON object.`,
    actionableHint: `Repair it or move it away; without it the node has to be paired again.`,
  });
}
