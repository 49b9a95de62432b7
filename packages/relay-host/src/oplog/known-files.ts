import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.js';
import { byAge, dayFileName, dayFileOf, type DayFile } from './day-file-names.js';

/**
 * The log files of a folder with the size up to which they are whole. This relay alone writes there, so memory is the
 * truth: whoever reads takes each file up to its size, and never meets half a batch.
 */
export class KnownFiles {
  readonly #files = new Map<string, KnownFile>();
  #newestFirst: KnownFile[] | undefined;
  #inUse: string | undefined;

  /** What a folder has. */
  static async of(disk: Disk, folder: string): Promise<KnownFiles> {
    const known = new KnownFiles();
    await known.look(disk, folder);
    return known;
  }

  /** Takes in files that somebody put there since, and forgets those that somebody removed. */
  async look(disk: Disk, folder: string): Promise<void> {
    // One that is begun may not be on the disk yet.
    const before = [...this.#files.values()].filter(({ size }) => size > 0);
    const names = new Set(await disk.list(folder));
    for (const { name } of before) if (!names.has(name)) this.remove(name);
    await Promise.all([...names].map((name) => this.#lookAt(name, folder)));
  }

  async #lookAt(name: string, folder: string): Promise<void> {
    const file = dayFileOf(name);
    if (file === undefined) return;
    const sizeBefore = this.#files.get(name)?.size;
    const size = await sizeOf(join(folder, name));
    if (size === undefined) return;
    const known = this.#files.get(name);
    // It may have been begun meanwhile, by whoever writes.
    if (known === undefined) this.#add({ ...file, size, foundBytes: size, addedLines: 0 });
    // Somebody has emptied or cut it. What is being written only grows, and its writer knows better.
    else if (sizeBefore !== undefined && size < sizeBefore && name !== this.#inUse) this.cut(name, size);
  }

  /** The file that is being written, from now on. */
  use(name: string): void {
    this.#inUse = name;
  }

  isInUse(name: string): boolean {
    return this.#inUse === name;
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  newestFirst(): readonly KnownFile[] {
    this.#newestFirst ??= [...this.#files.values()].sort(byAge);
    return this.#newestFirst;
  }

  /** The newest file of a day; a new one if there is none. */
  ofDay(day: string): DayFile {
    return this.newestFirst().find((file) => file.day === day) ?? { name: dayFileName(day, 0), day, part: 0 };
  }

  sizeOf(name: string): number {
    return this.#files.get(name)?.size ?? 0;
  }

  /** A file is about to be made. */
  begin(file: DayFile): void {
    if (!this.has(file.name)) this.#add({ ...file, size: 0, foundBytes: 0, addedLines: 0, foundLines: 0 });
  }

  /** What follows the last whole line of a file was cut off. */
  cut(name: string, size: number): void {
    const file = this.#files.get(name);
    if (file === undefined) return;
    file.size = size;
    file.foundBytes = Math.min(file.foundBytes, size);
  }

  /** Lines were appended. */
  grow(name: string, { size, lines, oldest }: { size: number; lines: number; oldest: string }): void {
    const file = this.#files.get(name);
    if (file === undefined) return;
    if (file.size === 0) file.oldest = oldest;
    file.size = size;
    file.addedLines += lines;
  }

  /** What a file had when it was found is counted. */
  count(name: string, { lines, oldest }: { lines: number; oldest: string | undefined }): void {
    const file = this.#files.get(name);
    if (file === undefined) return;
    file.foundLines = lines;
    if (oldest !== undefined) file.oldest = oldest;
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.#newestFirst = undefined;
  }

  get sizeBytes(): number {
    return this.newestFirst().reduce((sum, { size }) => sum + size, 0);
  }

  #add(file: KnownFile): KnownFile {
    this.#files.set(file.name, file);
    this.#newestFirst = undefined;
    return file;
  }
}

/** Undefined for what is gone or no file. */
async function sizeOf(path: string): Promise<number | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() === true ? facts.size : undefined;
}

export interface KnownFile extends DayFile {
  /** Bytes of whole batches. */
  size: number;
  /** Bytes that were there when it was found. */
  foundBytes: number;
  /** Lines among those, once they are counted. */
  foundLines?: number;
  /** Lines that were appended since. */
  addedLines: number;
  /** When its first entry was made, once that is known. */
  oldest?: string;
}
