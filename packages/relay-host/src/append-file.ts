import type { Disk, DiskFile } from './disk.js';

const NEWLINE = 0x0a;

/**
 * A file that grows by whole lines. A last line that was torn, by a crash or by a disk that is full, is never glued to
 * the next one: what a failed append left is cut off before anything else is written. One caller at a time.
 */
export class AppendFile {
  readonly #file: DiskFile;
  #size: number;
  #startsLine: boolean;
  /** A failed append left something behind `#size`. */
  #hasRemains = false;

  private constructor(file: DiskFile, size: number, startsLine: boolean) {
    this.#file = file;
    this.#size = size;
    this.#startsLine = startsLine;
  }

  static async open(disk: Disk, path: string): Promise<AppendFile> {
    const file = await disk.open(path);
    try {
      const size = await file.size();
      return new AppendFile(file, size, size === 0 || (await byteAt(file, size - 1)) === NEWLINE);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds lines, each with its line break; with `durable`, resolves when they are on the disk. A rejected append
   * leaves the file as it was.
   *
   * @returns where the first of them stands
   */
  async append(lines: Uint8Array, options: { durable: boolean }): Promise<number> {
    if (this.#hasRemains) await this.#removeRemains();
    const bytes = this.#startsLine ? lines : Buffer.concat([Buffer.of(NEWLINE), lines]);
    try {
      await this.#file.write(bytes, this.#size);
      if (options.durable) await this.#file.sync();
    } catch (error) {
      this.#hasRemains = true;
      // If cutting fails, too, the next append begins with it.
      await this.#removeRemains().catch(() => undefined);
      throw error;
    }
    this.#size += bytes.length;
    this.#startsLine = true;
    return this.#size - lines.length;
  }

  /** Fills as much of `bytes` as the file has from `position` on, and tells how much that was. */
  read(bytes: Uint8Array, position: number): Promise<number> {
    return this.#file.read(bytes, position);
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #removeRemains(): Promise<void> {
    await this.#file.truncate(this.#size);
    this.#hasRemains = false;
  }
}

async function byteAt(file: DiskFile, position: number): Promise<number | undefined> {
  const byte = new Uint8Array(1);
  await file.read(byte, position);
  return byte[0];
}
