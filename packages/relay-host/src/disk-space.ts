import { statfs } from 'node:fs/promises';
import type { Clock, Timer } from '@telepat/otto-relay-core';

/** Less than this is nearly nothing: half of what the log alone may hold back in memory. */
const FREE_BYTES_MIN = 32 * 1024 * 1024;

const LOOK_EVERY_MS = 30_000;

/** Watches how much room is left where the relay keeps its files. */
export class DiskSpace {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #measure: (folder: string) => Promise<number>;
  #timer: Timer | undefined;
  #freeBytes = Infinity;

  constructor(options: { folder: string; clock: Clock; measure?: (folder: string) => Promise<number> }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#measure = options.measure ?? freeBytesOf;
  }

  /** Looks now and from time to time; resolves after the first look. */
  async start(): Promise<void> {
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => void this.start());
    // Where free space cannot be told, nothing is said of it; the log tells when it cannot write.
    this.#freeBytes = await this.#measure(this.#folder).catch(() => Infinity);
  }

  /** A sentence when the disk is nearly full. */
  warning(): string | undefined {
    if (this.#freeBytes >= FREE_BYTES_MIN) return undefined;
    return `The disk of ${this.#folder} is nearly full: ${Math.floor(this.#freeBytes / 1_048_576)} MiB are left.`;
  }

  close(): void {
    this.#timer?.cancel();
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
