import { join } from 'node:path';
import type { Clock, Timer } from '@telepat/otto-relay-core';
import type { Disk } from '../disk.js';
import { daysSince } from './day-file-names.js';
import type { KnownFile, KnownFiles } from './known-files.js';

export const RETENTION_DAYS = 14;

const SWEEP_EVERY_MS = 3_600_000;

/**
 * Deletes the log files whose day is more than 14 days ago, and the oldest ones while all together take too much: at
 * once, every hour, and whenever a file is begun. It touches nothing else, and never the newest file.
 */
export class Retention {
  readonly #options: RetentionOptions;
  #timer: Timer | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Begins; resolves when the first sweep is done. */
  start(): Promise<void> {
    this.#timer = this.#options.clock.after(SWEEP_EVERY_MS, () => void this.start());
    return this.sweep();
  }

  /** Looks at once; resolves when that is done. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#sweep());
    return this.#sweeping;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { disk, folder, known, reportProblem } = this.#options;
    try {
      await known.look(disk, folder);
      for (const { name } of this.#toDelete(known.newestFirst())) {
        await disk.remove(join(folder, name));
        known.remove(name);
      }
    } catch (error) {
      // The next sweep tries again.
      reportProblem(error);
    }
  }

  #toDelete(newestFirst: readonly KnownFile[]): KnownFile[] {
    const now = this.#options.clock.now();
    let bytes = 0;
    return newestFirst.filter(({ day, size }, index) => {
      bytes += size;
      return daysSince(day, now) > RETENTION_DAYS || (index > 0 && bytes > this.#options.maxTotalBytes);
    });
  }
}

export interface RetentionOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  readonly known: KnownFiles;
  /** What all files together may take. */
  readonly maxTotalBytes: number;
  readonly reportProblem: (error: unknown) => void;
}
