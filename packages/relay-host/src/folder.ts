import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';

/** Nobody but the owner may enter. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OPEN_TO_OTHERS = 0o077;

/** The names of files that a relay writes. Somebody may keep others beside them. */
const OWN_FILE_PATTERN = /\.(jsonl|token|secret|pid)(\.[a-z]+)*$/;

/**
 * Makes the relay's folder, or sees to it that one that is there is closed to others, and that nobody else has put
 * anything there: not the folder, not a link to it, no file. Windows has no modes; there the folder inherits the
 * rights of the user's profile.
 *
 * @throws OttoError `start_failed` when the folder cannot be made or made private, or is in part somebody else's
 */
export async function openFolder(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  ownId: number | undefined = process.geteuid?.(),
): Promise<void> {
  try {
    await makeFolder(folder);
    const facts = await stat(folder);
    if (!facts.isDirectory()) throw new Error('it is not a folder');
    if (platform === 'win32' || ownId === undefined) return;
    // Whoever owns a link can lead it elsewhere, whoever owns a folder can replace what is in it.
    refuseForeign('it', (await lstat(folder)).uid, ownId);
    refuseForeign('it', facts.uid, ownId);
    // Closed before a look at what is there, so that nothing comes after it.
    if ((facts.mode & OPEN_TO_OTHERS) !== 0) await chmod(folder, FOLDER_MODE);
    await closeFiles(folder, ownId);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OttoError(
      'start_failed',
      {
        message: `The folder ${folder} cannot be used: ${reason}.`,
        actionableHint: 'Set OTTO_LOG_DIR to a folder of your own.',
      },
      { cause: error },
    );
  }
}

/**
 * Makes a folder and those above it that are missing. Not with `recursive: true`: where a file system answers that a
 * folder is missing which it will not make (as `/proc`), Node tries for ever.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: FOLDER_MODE }).catch((late: unknown) => {
      // Somebody else was faster.
      if (codeOf(late) !== 'EEXIST') throw late;
    });
  }
}

/** Files of an older installation, or from a copy, may be open to others; what links point to is left alone. */
async function closeFiles(folder: string, ownId: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!OWN_FILE_PATTERN.test(name)) continue;
    const path = join(folder, name);
    const facts = await lstat(path);
    refuseForeign(name, facts.uid, ownId);
    if (facts.isFile() && (facts.mode & OPEN_TO_OTHERS) !== 0) await chmod(path, FILE_MODE);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** From now on, no file that this process makes is open to others. For the entry of a process that is all relay. */
export function restrictUmask(): void {
  process.umask(0o077);
}

/** Root is let through: containers mount folders of other users. */
function refuseForeign(what: string, ownerId: number, ownId: number): void {
  if (ownId !== 0 && ownId !== ownerId) throw new Error(`${what} belongs to another user`);
}
