import type { AppendFile } from '../append-file.js';
import type { Disk, DiskFile } from '../disk.js';

const COPY_BYTES = 256 * 1024;

/** What may be left to copy when the writers are made to wait. */
const REST_BYTES_MAX = 1024 * 1024;

/** Rounds of catching up; a writer that is faster than this copies is made to wait in the end. */
const ROUNDS_MAX = 8;

/**
 * A file of lines that is written anew beside the old one, while others go on appending to the old one: first what
 * the caller has of it, then, as it is, what was appended since the beginning. Only the last of that has to wait for
 * nobody to write.
 */
export class FileRewrite {
  readonly #disk: Disk;
  readonly #old: AppendFile;
  readonly #path: string;
  readonly #draft: DiskFile;
  #size = 0;
  /** Up to where the old file is copied. */
  #copied: number;
  /** From a place in the old file to that in the new one, for lines that were appended meanwhile. */
  #shift = 0;

  private constructor(options: { disk: Disk; old: AppendFile; path: string; draft: DiskFile; from: number }) {
    this.#disk = options.disk;
    this.#old = options.old;
    this.#path = options.path;
    this.#draft = options.draft;
    this.#copied = options.from;
  }

  /** Begins over whatever an earlier one left. What is appended to `old` from now on will be in the new file, too. */
  static async begin(disk: Disk, old: AppendFile, path: string): Promise<FileRewrite> {
    // Noted before the first wait.
    const from = old.size;
    return new FileRewrite({ disk, old, path, draft: await disk.create(draftOf(path)), from });
  }

  /** Adds lines of the caller's own. @returns where the first of them stands */
  async write(lines: Uint8Array): Promise<number> {
    const position = this.#size;
    await this.#draft.write(lines, position);
    this.#size += lines.length;
    return position;
  }

  /** Copies what was appended meanwhile, and makes most of the new file durable. To be called after the last write. */
  async catchUp(): Promise<void> {
    this.#shift = this.#size - this.#copied;
    for (let round = 0; round < ROUNDS_MAX && this.#rest > REST_BYTES_MAX; round += 1) await this.#copyRest();
    await this.#draft.sync();
  }

  /** While nobody appends: copies the rest and closes the new file, durable. @returns how far appended lines moved */
  async finish(): Promise<number> {
    await this.#copyRest();
    await this.#draft.sync();
    await this.#draft.close();
    return this.#shift;
  }

  /** Puts the new file in place of the old one, which its owner has closed: Windows renames over no open file. */
  putInPlace(): Promise<void> {
    return this.#disk.rename(draftOf(this.#path), this.#path);
  }

  /** Lets the new file be, after a failure. */
  async abandon(): Promise<void> {
    // It may be closed, or never have been whole; the next one begins over it.
    await this.#draft.close().catch(() => undefined);
  }

  get #rest(): number {
    return this.#old.size - this.#copied;
  }

  async #copyRest(): Promise<void> {
    const end = this.#old.size;
    const bytes = Buffer.alloc(Math.min(COPY_BYTES, end - this.#copied));
    while (this.#copied < end) {
      const part = bytes.subarray(0, Math.min(bytes.length, end - this.#copied));
      const count = await this.#old.read(part, this.#copied);
      if (count < part.length) throw new Error('the file is shorter than it was');
      await this.write(part);
      this.#copied += count;
    }
  }
}

function draftOf(path: string): string {
  return `${path}.tmp`;
}
