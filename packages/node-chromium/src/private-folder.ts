import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** Makes a folder, and those above it that are missing, that only its owner can enter. */
export async function makePrivateFolder(path: string): Promise<void> {
  await makeFolder(path);
  await chmod(path, 0o700);
}

/**
 * Not with `recursive: true`: where a file system answers that a folder is missing which it will not make (as `/proc`),
 * Node tries for ever.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch((late: unknown) => {
      // Somebody else was faster.
      if (codeOf(late) !== 'EEXIST') throw late;
    });
  }
}

/**
 * Makes a folder of this process's own below `parent`. Its name tells who owns it, so that `sweepLeftovers` can remove
 * it when the process was killed before it could.
 */
export async function makeOwnFolder(parent: string): Promise<string> {
  await makePrivateFolder(parent);
  const path = join(parent, `${ownerOf(process.pid)}${randomBytes(6).toString('hex')}`);
  await mkdir(path, { mode: 0o700 });
  return path;
}

/**
 * Removes the folders below `parent` that processes of this machine left when they were killed. A process id that is
 * in use again only delays the removal.
 */
export async function sweepLeftovers(parent: string): Promise<void> {
  const ours = ownerOf('');
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(ours) ? Number.parseInt(name.slice(ours.length), 10) : Number.NaN;
    // Best effort: what cannot be removed now is tried again at the next start.
    if (pid > 0 && !isAlive(pid)) await removeFolder(join(parent, name)).catch(() => undefined);
  }
}

/**
 * Removes a folder with all that is in it, also while a browser that just ended still lets go of its files: parts of one
 * that was killed write on until they notice, which takes seconds on a busy machine. Tries for ten.
 */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** A folder may be shared by machines (a network home, containers), each with process ids of its own. */
function ownerOf(pid: number | ''): string {
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, '') || 'localhost';
  return pid === '' ? `${host}_` : `${host}_${pid}_`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be signalled, but it is there.
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
