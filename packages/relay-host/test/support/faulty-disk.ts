import { basename } from 'node:path';
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
  /** Files opened, made and renamed, and folders synced, in order. */
  readonly acts: string[] = [];
  /** Resolves once a write is held up. */
  held: Promise<void> = Promise.resolve();
  #holding: { path: RegExp; reached: () => void; goOn: Promise<void> } | undefined;
  /** Lets the write that is held up, and all others, go on. */
  goOn: () => void = () => undefined;

  /** Holds up the writes to a file from the next one on. */
  hold(path: RegExp): void {
    const goOn = new Promise<void>((resolve) => {
      this.goOn = () => {
        this.#holding = undefined;
        resolve();
      };
    });
    this.held = new Promise((reached) => (this.#holding = { path, reached, goOn }));
  }

  async passes(path: string): Promise<void> {
    const holding = this.#holding;
    if (holding?.path.test(path) !== true) return;
    holding.reached();
    await holding.goOn;
  }

  async open(path: string): Promise<DiskFile> {
    this.check('open');
    this.acts.push(`open ${basename(path)}`);
    return new FaultyFile(this, path, await this.#disk.open(path));
  }

  async create(path: string): Promise<DiskFile> {
    this.check('open');
    this.acts.push(`create ${basename(path)}`);
    return new FaultyFile(this, path, await this.#disk.create(path));
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
    this.acts.push(`rename ${basename(from)}`);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  syncFolder(folder: string): Promise<void> {
    this.acts.push('sync folder');
    return this.#disk.syncFolder(folder);
  }

  check(act: 'sync' | 'truncate' | 'rename' | 'open'): void {
    if (this.broken.has(act)) throw fault('EIO', act);
  }
}

class FaultyFile implements DiskFile {
  readonly #disk: FaultyDisk;
  readonly #path: string;
  readonly #file: DiskFile;

  constructor(disk: FaultyDisk, path: string, file: DiskFile) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(bytes: Uint8Array, position: number): Promise<number> {
    return this.#file.read(bytes, position);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await this.#disk.passes(this.#path);
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
    this.#disk.acts.push(`sync ${basename(this.#path)}`);
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function fault(code: string, act: string): Error {
  return Object.assign(new Error(`${code}: ${act}`), { code });
}
