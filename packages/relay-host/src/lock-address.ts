import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The socket in the folder that shows that a relay uses it. */
export const LOCK_FILE = 'relay.lock';

/** macOS takes socket paths of 103 bytes, Linux of 107. */
const SOCKET_PATH_BYTES_MAX = 103;

/**
 * Calls `use` with an address at which the lock of a folder can be listened or connected to: the path of a socket in
 * the folder, or on Windows the name of a pipe. A path that is too long for a socket is reached through a link in the
 * temporary folder; the socket itself is always in the folder, whoever asks and whatever TMPDIR says.
 */
export async function withLockAddress<T>(
  folder: string,
  platform: NodeJS.Platform,
  use: (address: string, platform: NodeJS.Platform) => Promise<T>,
  fileName = LOCK_FILE,
): Promise<T> {
  if (platform === 'win32') return await use(await pipeName(folder), platform);
  const path = join(folder, fileName);
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return await use(path, platform);

  const shortcut = await mkdtemp(join(shortTmpdir(), 'otto-'));
  try {
    await symlink(folder, join(shortcut, 'd'));
    return await use(join(shortcut, 'd', fileName), platform);
  } finally {
    await rm(shortcut, { recursive: true, force: true });
  }
}

async function pipeName(folder: string): Promise<string> {
  const name = (await realpath(folder).catch(() => folder)).toLowerCase();
  return `\\\\.\\pipe\\otto-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

function shortTmpdir(): string {
  const folder = tmpdir();
  return Buffer.byteLength(folder) <= SOCKET_PATH_BYTES_MAX - 40 ? folder : '/tmp';
}
