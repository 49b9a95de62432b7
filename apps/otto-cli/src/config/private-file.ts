import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file that only its owner may read, whole or not at all: a reader sees the old text or the new one, also
 * after a crash. The folder is made when it is missing.
 *
 * @throws OttoError `invalid_configuration` that names the file, when it cannot be written
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    makeFolder(dirname(path));
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    // The draft may not be there either; why the file could not be written is what matters.
    await rm(draft, { force: true }).catch(() => undefined);
    throw unusable(path, error);
  }
}

/** A file or folder that Otto must write to, and cannot. */
export function unusable(path: string, error: unknown): OttoError {
  const reason = error instanceof Error ? error.message : String(error);
  return new OttoError(
    'invalid_configuration',
    { message: `${path} cannot be written: ${reason}.`, actionableHint: 'Set OTTO_HOME to a folder of your own.' },
    { cause: error },
  );
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a file operation failed because there is nothing at the path. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
