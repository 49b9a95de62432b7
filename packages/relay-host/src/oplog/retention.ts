import { join } from 'node:path';
import type { Clock, Timer } from '@telepat/otto-relay-core';
import type { Disk } from '../disk.js';
import { daysSince, newestDayFiles } from './day-file-names.js';

const RETENTION_DAYS = 14;
const SWEEP_EVERY_MS = 3_600_000;

/** Deletes the log files whose day is more than 14 days ago, at once and every hour, and touches nothing else. */
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
    this.#sweeping = this.#sweep();
    return this.#sweeping;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { disk, folder, clock, reportProblem } = this.#options;
    try {
      const files = newestDayFiles(await disk.list(folder));
      const old = files.filter((file) => daysSince(file.day, clock.now()) > RETENTION_DAYS);
      for (const { name } of old) await disk.remove(join(folder, name));
    } catch (error) {
      // The next sweep tries again.
      reportProblem(error);
    }
  }
}

export interface RetentionOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  readonly reportProblem: (error: unknown) => void;
}
