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
    } catch (error) {
      // The next sweep tries again; what is known already is swept now.
      reportProblem(error);
    }
    for (const { name } of this.#toDelete(known.newestFirst()).toReversed()) {
      try {
        await disk.remove(join(folder, name));
        known.remove(name);
      } catch (error) {
        // One that somebody holds fast keeps the others from nothing.
        reportProblem(error);
      }
    }
  }

  #toDelete(newestFirst: readonly KnownFile[]): KnownFile[] {
    const { clock, known, maxFileBytes, maxTotalBytes } = this.#options;
    const now = clock.now();
    // A clock that was wrong for a while may have left files of days to come: those are newer than the one in use.
    const newest = newestFirst.find(({ name }) => known.isInUse(name)) ?? newestFirst[0];
    // Room for the newest one is taken at once, so that it may grow until the next one is begun.
    let bytes = newest === undefined ? 0 : Math.max(newest.size, maxFileBytes);
    return newestFirst.filter((file) => {
      if (file !== newest) bytes += file.size;
      return daysSince(file.day, now) > RETENTION_DAYS || (file !== newest && bytes > maxTotalBytes);
    });
  }
}

export interface RetentionOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  readonly known: KnownFiles;
  /** What one file may take. */
  readonly maxFileBytes: number;
  /** What all files together may take. */
  readonly maxTotalBytes: number;
  readonly reportProblem: (error: unknown) => void;
}
