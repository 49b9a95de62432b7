import { open, readFile, readdir, rename, rm, type FileHandle } from 'node:fs/promises';

/** Nobody but the owner may read what the relay keeps. */
const FILE_MODE = 0o600;

/** The files of the relay, as its stores and logs use them. Tests give their own to play a full or broken disk. */
export interface Disk {
  /** Opens a file for reading and writing, and makes it if there is none. */
  open(path: string): Promise<DiskFile>;
  /** Makes an empty file, in place of one that is there. */
  create(path: string): Promise<DiskFile>;
  /** The whole file, or undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes new and renamed files of a folder survive a loss of power. */
  syncFolder(folder: string): Promise<void>;
}

/** One open file. Positions and sizes are bytes. */
export interface DiskFile {
  size(): Promise<number>;
  /** Fills as much of `bytes` as the file has from `position` on, and tells how much that was. */
  read(bytes: Uint8Array, position: number): Promise<number>;
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Resolves when what was written survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk of this machine; `platform` decides what its file system can do. */
export function nodeDisk(platform: NodeJS.Platform = process.platform): Disk {
  const hasModes = platform !== 'win32';
  return {
    open: async (path) => {
      const handle = await openOrMake(path);
      if (hasModes) await makePrivate(handle);
      return new NodeFile(handle);
    },
    create: async (path) => new NodeFile(await open(path, 'w+', FILE_MODE)),
    read: (path) => readFile(path).catch(undefinedIfMissing),
    list: (folder) => readdir(folder),
    rename: (from, to) => rename(from, to),
    remove: (path) => rm(path, { force: true }),
    // Windows has no way to sync a folder, and needs none: its renames are journalled.
    syncFolder: (folder) => (hasModes ? syncFolder(folder) : Promise.resolve()),
  };
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+', FILE_MODE);
  } catch (error) {
    undefinedIfMissing(error);
    return await open(path, 'wx+', FILE_MODE);
  }
}

/** Files of older installations may be open to others. */
async function makePrivate(handle: FileHandle): Promise<void> {
  const { mode } = await handle.stat();
  if ((mode & 0o077) !== 0) await handle.chmod(FILE_MODE);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  return undefined;
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(bytes: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
