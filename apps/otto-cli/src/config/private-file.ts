import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { diskRemedy } from './disk-remedy.js';
import { makeFolder } from './make-folder.js';
import { besideOf, replaceFile } from './replace-file.js';
import { sweepDrafts } from './sweep-drafts.js';

/** As long as what is kept: a full disk is found out, too. */
const PROBE_TEXT = ' '.repeat(512);

/**
 * Writes a file that only its owner may read, whole or not at all: a reader sees the old text or the new one, also
 * after a crash. The folder is made when it is missing.
 *
 * @param elsewhere what to do where the disk takes none, for a file that another `OTTO_HOME` does not move
 * @throws OttoError `invalid_configuration` that names the file, when it cannot be written
 */
export async function writePrivateFile(path: string, text: string, elsewhere?: string): Promise<void> {
  try {
    makeFolder(dirname(path));
    await replaceFile(path, text, 0o600);
    await sweepDrafts(path);
  } catch (error) {
    throw unusable(path, error, { elsewhere });
  }
}

/**
 * Finds out whether a file could be written, by writing another one beside it.
 *
 * @throws OttoError `invalid_configuration` that names the file
 */
export async function checkWritable(path: string): Promise<void> {
  const probe = besideOf(path, 'probe');
  try {
    makeFolder(dirname(path));
    await writeFile(probe, PROBE_TEXT, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw unusable(path, error);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** A file or folder that Otto must use, and cannot. */
export function unusable(path: string, error: unknown, { use = 'written', elsewhere }: Unusable = {}): OttoError {
  const reason = error instanceof Error ? error.message : String(error);
  return new OttoError(
    'invalid_configuration',
    { message: `${path} cannot be ${use}: ${reason}.`, actionableHint: diskRemedy(error, path, elsewhere) },
    { cause: error },
  );
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(path, error, { use: 'read' });
  }
}

/** Whether a file operation failed because there is nothing at the path. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

interface Unusable {
  readonly use?: 'read' | 'written' | 'removed';
  readonly elsewhere?: string | undefined;
}
