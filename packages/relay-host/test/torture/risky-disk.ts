import { basename } from 'node:path';
import type { Disk, DiskFile } from '../../src/disk.js';
import { Random } from './random.js';
import { VolatileFile } from './volatile-file.js';

/** The files whose every byte matters. */
const STORE_FILE = /^(refresh-sessions|controller-clients|controller-acl|tab-owners|commands)\.jsonl(\.tmp)?$/;

/**
 * What may happen to the stores of a relay, once it is armed:
 * - `fatal`: the process dies in the midst of the act with this number, of all or only of rewrites
 * - `failing`: one act of so many fails; a write leaves half of its bytes
 *
 * `volatile` loses what was not synced, and renames whose folder was not, as a power cut does; from the first on.
 */
export type Risk =
  | { readonly kind: 'none' | 'volatile' }
  | { readonly kind: 'fatal'; readonly actNumber: number; readonly isInRewrite: boolean }
  | { readonly kind: 'failing'; readonly oneIn: number; readonly seed: number };

/** A disk on which things go wrong. */
export class RiskyDisk implements Disk {
  readonly #disk: Disk;
  readonly #risk: Risk;
  readonly #random: Random;
  /** Renames that a power cut would undo: where a file is to be found until its folder is synced. */
  readonly #unsyncedNames = new Map<string, string>();
  #isArmed = false;
  #actCount = 0;

  constructor(disk: Disk, risk: Risk) {
    this.#disk = disk;
    this.#risk = risk;
    this.#random = new Random(risk.kind === 'failing' ? risk.seed : 0);
  }

  arm(): void {
    this.#isArmed = true;
  }

  async open(path: string): Promise<DiskFile> {
    await this.goes('open', path);
    return this.#risky(path, await this.#disk.open(this.#unsyncedNames.get(path) ?? path));
  }

  async create(path: string): Promise<DiskFile> {
    await this.goes('create', path);
    return this.#risky(path, await this.#disk.create(path));
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#disk.read(path);
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#disk.list(folder);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.goes('rename', from);
    if (this.#risk.kind === 'volatile' && STORE_FILE.test(basename(to))) this.#unsyncedNames.set(to, from);
    else await this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  async syncFolder(folder: string): Promise<void> {
    for (const [to, from] of this.#unsyncedNames) {
      this.#unsyncedNames.delete(to);
      await this.#disk.rename(from, to);
    }
    await this.#disk.syncFolder(folder);
  }

  /** Lets an act happen, or does not: it fails, or the process dies after `half` of it was done. */
  async goes(act: string, path: string, half: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const risk = this.#risk;
    if (!this.#isArmed || !STORE_FILE.test(basename(path))) return;
    if (risk.kind === 'fatal' && (!risk.isInRewrite || path.endsWith('.tmp'))) {
      this.#actCount += 1;
      if (this.#actCount !== risk.actNumber) return;
      await half();
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => undefined);
    }
    if (risk.kind === 'failing' && this.#random.chance(1 / risk.oneIn)) {
      await half();
      const code = act === 'write' ? 'ENOSPC' : 'EIO';
      throw Object.assign(new Error(`${code}: ${act} of ${basename(path)}`), { code });
    }
  }

  #risky(path: string, file: DiskFile): DiskFile {
    if (!STORE_FILE.test(basename(path))) return file;
    return this.#risk.kind === 'volatile' ? new VolatileFile(file) : new RiskyFile(this, path, file);
  }
}

class RiskyFile implements DiskFile {
  readonly #disk: RiskyDisk;
  readonly #path: string;
  readonly #file: DiskFile;

  constructor(disk: RiskyDisk, path: string, file: DiskFile) {
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
    const half = () => this.#file.write(bytes.subarray(0, Math.floor(bytes.length / 2)), position);
    await this.#disk.goes('write', this.#path, half);
    await this.#file.write(bytes, position);
  }

  async truncate(size: number): Promise<void> {
    await this.#disk.goes('truncate', this.#path);
    await this.#file.truncate(size);
  }

  async sync(): Promise<void> {
    await this.#disk.goes('sync', this.#path);
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
