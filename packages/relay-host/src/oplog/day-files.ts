import { join } from 'node:path';
import type { LogEntry } from '@telepat/otto-protocol';
import type { Clock, LogSink, Timer } from '@telepat/otto-relay-core';
import { AppendFile } from '../append-file.js';
import type { Disk } from '../disk.js';
import { DAY_MS, dayFileName, dayOf } from './day-file-names.js';
import { LogQueue, type QueuedLine } from './log-queue.js';

/** Entries that come within this time are written together: at most this much, and a write, is lost by a kill. */
const BATCH_MS = 10;

/** While the disk refuses, it is asked again this often. */
const RETRY_MS = 1_000;

/** Bytes that go to the disk in one write. */
const WRITE_BYTES_MAX = 1024 * 1024;

/**
 * The operation log on disk: one file of lines for each UTC day, written in batches and never waited for. When the
 * disk refuses, entries wait in a bounded queue, the least important give way, and writing goes on by itself as soon
 * as the disk takes it.
 */
export class DayFiles implements LogSink {
  readonly #options: DayFilesOptions;
  readonly #queue: LogQueue;
  #file: { readonly day: string; readonly lines: AppendFile } | undefined;
  #day = { startsAt: Infinity, name: '' };
  #timer: Timer | undefined;
  #draining: Promise<void> | undefined;
  #problem: string | undefined;
  /** While closing, entries are still taken, but the closing alone writes. */
  #phase: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: DayFilesOptions) {
    this.#options = options;
    this.#queue = new LogQueue(options.waitingBytesMax);
  }

  write(entry: LogEntry): void {
    if (this.#phase === 'closed') return;
    const text = lineOf(entry);
    if (text === undefined) this.#queue.countDropped();
    else this.#queue.put({ level: entry.level, day: this.#today(), text });
    this.#arm();
  }

  /** Why entries do not reach the disk at present. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** Writes what waits, if the disk takes it, and closes the file. Later entries are ignored. */
  async close(): Promise<void> {
    this.#phase = 'closing';
    this.#timer?.cancel();
    await this.#draining;
    // The count of dropped entries may come in during the first round.
    for (let round = 0; round < 2 && !this.#queue.isEmpty; round += 1) await this.#drain();
    this.#phase = 'closed';
    await this.#leaveFile({ sync: true });
  }

  /** Every entry asks, and making the text costs as much as the rest of it. */
  #today(): string {
    const now = this.#options.clock.now();
    if (now < this.#day.startsAt || now >= this.#day.startsAt + DAY_MS) {
      this.#day = { startsAt: Math.floor(now / DAY_MS) * DAY_MS, name: dayOf(now) };
    }
    return this.#day.name;
  }

  #arm(): void {
    if (this.#phase !== 'open' || this.#timer !== undefined || this.#draining !== undefined) return;
    this.#timer = this.#options.clock.after(this.#problem === undefined ? BATCH_MS : RETRY_MS, () => {
      this.#timer = undefined;
      this.#draining = this.#drain().finally(() => {
        this.#draining = undefined;
        if (!this.#queue.isEmpty) this.#arm();
      });
    });
  }

  /** Writes what waits now; what the disk refuses goes back into the queue. */
  async #drain(): Promise<void> {
    const lines = this.#queue.take();
    let done = 0;
    try {
      for (const batch of batchesOf(lines)) {
        await this.#append(batch);
        this.#queue.settle(batch);
        done += batch.length;
      }
      this.#problem = undefined;
    } catch (error) {
      this.#queue.giveBack(lines.slice(done));
      this.#problem = error instanceof Error ? error.message : String(error);
      return;
    }
    const droppedCount = this.#queue.takeDroppedCount();
    if (droppedCount > 0) this.#options.onDropped(droppedCount);
  }

  async #append(batch: readonly QueuedLine[]): Promise<void> {
    const day = batch[0]?.day ?? '';
    if (this.#file?.day !== day) {
      await this.#leaveFile({ sync: false });
      const path = join(this.#options.folder, dayFileName(day));
      this.#file = { day, lines: await AppendFile.open(this.#options.disk, path) };
    }
    await this.#file.lines.append(Buffer.from(batch.map(({ text }) => text).join('')), { durable: false });
  }

  async #leaveFile(options: { sync: boolean }): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      if (options.sync) await file?.lines.sync();
    } finally {
      await file?.lines.close();
    }
  }
}

function lineOf(entry: LogEntry): string | undefined {
  try {
    return `${JSON.stringify(entry)}\n`;
  } catch {
    // A sink never throws; the entry is counted as dropped.
    return undefined;
  }
}

/** Lines of one day and of bounded size together. */
function* batchesOf(lines: readonly QueuedLine[]): Generator<QueuedLine[]> {
  let batch: QueuedLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const isFull = bytes + line.bytes > WRITE_BYTES_MAX;
    if (batch.length > 0 && (isFull || batch[0]?.day !== line.day)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.bytes;
  }
  if (batch.length > 0) yield batch;
}

export interface DayFilesOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  /** Told how many entries were lost, once the disk takes entries again. */
  readonly onDropped: (count: number) => void;
  /** Bytes of entries that may wait. */
  readonly waitingBytesMax?: number | undefined;
}
