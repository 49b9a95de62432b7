import { nodeDisk, type Disk, type DiskFile } from '../../src/disk.js';

/** The real disk, with counters, and with faults that a test can switch on. */
export class FaultyDisk implements Disk {
  readonly #disk = nodeDisk();
  syncCount = 0;
  /** Bytes that the disk still takes; a write beyond it is cut short and fails with ENOSPC. */
  roomLeft = Infinity;
  /** Acts that fail with EIO. */
  readonly broken = new Set<'sync' | 'truncate' | 'rename' | 'open'>();
  /** Runs before each sync, for a test to hold it up. */
  beforeSync: () => Promise<void> = () => Promise.resolve();

  async open(path: string): Promise<DiskFile> {
    this.check('open');
    return new FaultyFile(this, await this.#disk.open(path));
  }

  async create(path: string): Promise<DiskFile> {
    this.check('open');
    return new FaultyFile(this, await this.#disk.create(path));
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#disk.read(path);
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#disk.list(folder);
  }

  async rename(from: string, to: string): Promise<void> {
    this.check('rename');
    await this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  syncFolder(folder: string): Promise<void> {
    return this.#disk.syncFolder(folder);
  }

  check(act: 'sync' | 'truncate' | 'rename' | 'open'): void {
    if (this.broken.has(act)) throw fault('EIO', act);
  }
}

class FaultyFile implements DiskFile {
  readonly #disk: FaultyDisk;
  readonly #file: DiskFile;

  constructor(disk: FaultyDisk, file: DiskFile) {
    this.#disk = disk;
    this.#file = file;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(bytes: Uint8Array, position: number): Promise<number> {
    return this.#file.read(bytes, position);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    const taken = bytes.subarray(0, Math.min(bytes.length, this.#disk.roomLeft));
    this.#disk.roomLeft -= taken.length;
    await this.#file.write(taken, position);
    if (taken.length < bytes.length) throw fault('ENOSPC', 'write');
  }

  async truncate(size: number): Promise<void> {
    this.#disk.check('truncate');
    await this.#file.truncate(size);
  }

  async sync(): Promise<void> {
    await this.#disk.beforeSync();
    this.#disk.check('sync');
    this.#disk.syncCount += 1;
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function fault(code: string, act: string): Error {
  return Object.assign(new Error(`${code}: ${act}`), { code });
}
