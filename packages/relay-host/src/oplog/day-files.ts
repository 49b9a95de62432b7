import { join } from 'node:path';
import type { Clock, LogBatch, LogSink, Timer } from '@telepat/otto-relay-core';
import { AppendFile } from '../append-file.js';
import type { Disk } from '../disk.js';
import { dayFileName, type DayFile } from './day-file-names.js';
import { diskTrouble } from './disk-trouble.js';
import type { KnownFiles } from './known-files.js';
import { LogQueue, bytesOf, lengthOf, type QueuedLine } from './log-queue.js';
import { cutTornLine } from './torn-line.js';

/**
 * Entries that come within this time are written together. A kill loses no more than this, the 10 ms for which the core
 * may hold an entry before, and two writes, one that is under way and its own: less than 20 ms, as long as the disk takes
 * a write within 2. Were it half of this, a burst of logins took 7 % more CPU.
 */
const BATCH_MS = 4;

/** While the disk refuses, it is asked again this often. */
const RETRY_MS = 1_000;

/** Bytes that go to the disk in one write. */
const WRITE_BYTES_MAX = 1024 * 1024;

/**
 * The operation log on disk: files of lines for each UTC day, written in batches and never waited for. When the disk
 * refuses, entries wait in a bounded queue, the least important give way, and writing goes on by itself as soon as the
 * disk takes it.
 */
export class DayFiles implements LogSink {
  readonly #options: DayFilesOptions;
  readonly #queue: LogQueue;
  #file: { readonly facts: DayFile; readonly lines: AppendFile } | undefined;
  #timer: Timer | undefined;
  #draining: Promise<void> | undefined;
  #problem: string | undefined;
  #droppedTotal = 0;
  /** While closing, entries are still taken, but the closing alone writes. */
  #phase: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: DayFilesOptions) {
    this.#options = options;
    this.#queue = new LogQueue(options.waitingBytesMax);
  }

  write(batch: LogBatch): void {
    if (this.#phase === 'closed') return;
    this.#queue.put(batch, this.#options.clock.ticks());
    this.#arm();
  }

  /** Why entries do not reach the disk at present. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** How far the disk is behind. */
  backlog(): LogBacklog {
    const oldestAt = this.#queue.oldestAt();
    const lagMs = oldestAt === undefined ? 0 : this.#options.clock.ticks() - oldestAt;
    return { waitingBytes: this.#queue.bytes, lagMs, droppedCount: this.#droppedTotal + this.#queue.droppedCount };
  }

  /** The lines that are not in the known part of the files yet, oldest first. */
  waitingLines(): readonly QueuedLine[] {
    return this.#queue.all();
  }

  /** Writes what waits, if the disk takes it, and closes the file. Later entries are ignored. */
  async close(): Promise<void> {
    this.#phase = 'closing';
    this.#timer?.cancel();
    await this.#draining;
    // The count of dropped entries may come in during the first round.
    for (let round = 0; round < 2 && this.#queue.length > 0; round += 1) await this.#drain();
    this.#phase = 'closed';
    await this.#leaveFile({ sync: true });
  }

  #arm(): void {
    if (this.#phase !== 'open' || this.#timer !== undefined || this.#draining !== undefined) return;
    this.#timer = this.#options.clock.after(this.#problem === undefined ? BATCH_MS : RETRY_MS, () => {
      this.#timer = undefined;
      this.#draining = this.#drain().finally(() => {
        this.#draining = undefined;
        if (this.#queue.length > 0) this.#arm();
      });
    });
  }

  /** Writes what waits now; what the disk refuses stays in the queue. */
  async #drain(): Promise<void> {
    try {
      let left = this.#queue.length;
      while (left > 0) {
        const lines = this.#queue.take(WRITE_BYTES_MAX);
        if (lines.length === 0) break;
        left -= lines.length;
        await this.#writeLines(lines);
      }
      this.#problem = undefined;
    } catch (error) {
      this.#queue.giveBack();
      this.#problem = diskTrouble(error);
      return;
    }
    const droppedCount = this.#queue.takeDroppedCount();
    this.#droppedTotal += droppedCount;
    if (droppedCount > 0) this.#options.onDropped(droppedCount);
  }

  async #writeLines(lines: readonly QueuedLine[]): Promise<void> {
    let done = 0;
    while (done < lines.length) {
      const file = await this.#fileFor(lines[done]);
      const batch = lines.slice(done, this.#endOfBatch(lines, done, file));
      await file.lines.append(bytesOf(batch), { durable: false });
      const { size } = file.lines;
      this.#options.known.grow(file.facts.name, { size, lines: batch.length, oldest: batch[0]?.timestamp ?? '' });
      this.#queue.settle(batch);
      done += batch.length;
    }
  }

  /** Where the lines end, from one on, that go into a file in one write: those of its day that fit, and one always. */
  #endOfBatch(lines: readonly QueuedLine[], from: number, file: OpenFile): number {
    let { size } = file.lines;
    let end = from;
    for (; end < lines.length; end += 1) {
      const line = lines[end];
      if (line === undefined || dayOfLine(line) !== file.facts.day) break;
      size += lengthOf(line);
      if (end > from && size > this.#options.maxFileBytes) break;
    }
    return end;
  }

  /** The file that a line goes to: the one of its day, or the next one if that has no room for it. */
  async #fileFor(line: QueuedLine | undefined): Promise<OpenFile> {
    const { known, maxFileBytes } = this.#options;
    const day = line === undefined ? '' : dayOfLine(line);
    const current = this.#file;
    // Somebody may have removed the file that is open.
    const isRight = current !== undefined && current.facts.day === day && known.has(current.facts.name);
    let facts = isRight ? current.facts : known.ofDay(day);
    const size = known.sizeOf(facts.name);
    if (size > 0 && line !== undefined && size + lengthOf(line) > maxFileBytes) {
      facts = { name: dayFileName(day, facts.part + 1), day, part: facts.part + 1 };
    }
    if (current !== undefined && current.facts === facts) return current;
    return await this.#openFile(facts);
  }

  async #openFile(facts: DayFile): Promise<OpenFile> {
    const { disk, folder, known } = this.#options;
    await this.#leaveFile({ sync: false });
    const path = join(folder, facts.name);
    known.use(facts.name);
    if (known.sizeOf(facts.name) > 0) known.cut(facts.name, await cutTornLine(disk, path));
    else this.#begin(facts);
    this.#file = { facts, lines: await AppendFile.open(disk, path) };
    return this.#file;
  }

  #begin(facts: DayFile): void {
    const { known, onFileBegun } = this.#options;
    if (known.has(facts.name)) return;
    known.begin(facts);
    onFileBegun();
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

/** The day of an entry and of its file are one, so that a query knows which files it needs. */
function dayOfLine({ timestamp }: QueuedLine): string {
  return timestamp.slice(0, 10);
}

interface OpenFile {
  readonly facts: DayFile;
  readonly lines: AppendFile;
}

export interface DayFilesOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  /** The files that there are; kept up to date. */
  readonly known: KnownFiles;
  /** A file is continued in the next one when a line would take it beyond this. */
  readonly maxFileBytes: number;
  /** Told how many entries were lost, once the disk takes entries again. */
  readonly onDropped: (count: number) => void;
  /** A further file is about to be made: the time to see whether all of them take too much. */
  readonly onFileBegun: () => void;
  /** Bytes of entries that may wait. */
  readonly waitingBytesMax?: number | undefined;
}

export interface LogBacklog {
  readonly waitingBytes: number;
  /** How long the oldest entry has been waiting. */
  readonly lagMs: number;
  /** Entries that were lost since the start, those included that the log does not tell of yet. */
  readonly droppedCount: number;
}
