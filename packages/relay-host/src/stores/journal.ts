import { dirname } from 'node:path';
import type { Change, Collection } from '@telepat/otto-relay-core';
import { AppendFile } from '../append-file.js';
import type { Disk } from '../disk.js';
import { FileRewrite } from './file-rewrite.js';
import { applyChanges, journalLine, readJournal, type JournalContent } from './read-journal.js';
import { keepRejected } from './rejected-lines.js';
import type { StoreFormat } from './store-format.js';

/** Fewer dead changes than this are not worth a rewrite while the relay runs. */
const DEAD_CHANGES_MIN = 512;

/**
 * Bytes of writes that may wait for the disk; one that comes beyond is rejected. A write that waits alone may be larger:
 * the end of very many records at once is one write, and its size is bounded by how many there may be.
 */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;

/** Lines that are written in one go during a compaction. */
const COMPACTION_CHUNK_LINES = 256;

/**
 * A durable collection in one file of appended lines. Each write is one line, so that it is there whole or not at
 * all; it resolves when the line is on the disk. Writes that arrive while the disk works share its next turn. When
 * dead changes outnumber what lives, the file is written anew beside them and put in place by a rename.
 */
export class Journal<T> implements Collection<T> {
  readonly report: LoadReport;
  readonly #options: JournalOptions<T>;
  readonly #items: Map<string, T>;
  /** Changes in the file, dead ones included. */
  #changeCount: number;
  /** The count at which the next compaction is tried: later after one that failed. */
  #compactionAt = 0;
  #file: AppendFile | undefined;
  /** The file was made or renamed, and its name is not yet safe from a loss of power. */
  #mustSyncFolder = true;
  #waiting: WaitingWrite<T>[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  /** Under way beside the writes. */
  #rewriting: Promise<void> | undefined;
  /** Whole but for the newest lines, and to be put in place. */
  #rewritten: Rewritten | undefined;
  #isClosed = false;

  private constructor(options: JournalOptions<T>, loaded: Loaded<T>) {
    this.#options = options;
    this.#items = loaded.items;
    this.#changeCount = loaded.changeCount;
    this.report = loaded.report;
  }

  /**
   * Reads the file. Lines of older installations are upgraded in place; damaged ones are counted and appended to
   * `*.rejected`. Rejects only if the file is there and cannot be read.
   */
  static async open<T>(options: JournalOptions<T>): Promise<Journal<T>> {
    const { disk, path, format, now } = options;
    const bytes = (await disk.read(path)) ?? new Uint8Array();
    const content = await readJournal(bytes, format, now);
    const report = { loaded: content.items.size, invalid: content.damaged.length, expired: content.expired };
    const journal = new Journal(options, { ...content, report });
    if (isUntidy(content)) await journal.#tidy(content.damaged);
    return journal;
  }

  get fileName(): string {
    return this.#options.format.fileName;
  }

  all(): Promise<ReadonlyMap<string, T>> {
    return Promise.resolve(new Map(this.#items));
  }

  async write(changes: readonly Change<T>[]): Promise<void> {
    if (this.#isClosed) throw new Error(`${this.fileName} is closed`);
    if (changes.length === 0) return;
    const line = Buffer.from(journalLine(changes));
    const hasRoom = this.#waitingBytes === 0 || this.#waitingBytes + line.length <= WAITING_BYTES_MAX;
    if (!hasRoom) throw new Error('too much waits for the disk');
    this.#waitingBytes += line.length;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ line, changes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Writes what waits, and closes the file. Later writes are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#rewriting;
    await this.#running;
    await this.#closeFile();
  }

  get #deadCount(): number {
    return this.#changeCount - this.#items.size;
  }

  /** The only one who touches the file, until nothing waits any more. */
  async #run(): Promise<void> {
    // One turn of the loop later, so that writes made together share a sync from the first on.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#rewritten !== undefined) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      if (batch.length > 0) await this.#commit(batch);
      if (this.#rewritten !== undefined) await this.#putInPlace(this.#rewritten);
      else if (this.#isWorthCompacting()) this.#rewriting ??= this.#rewriteBeside();
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly WaitingWrite<T>[]): Promise<void> {
    try {
      await this.#append(Buffer.concat(batch.map(({ line }) => line)));
    } catch (error) {
      for (const write of batch) write.reject(error);
      return;
    }
    for (const write of batch) {
      applyChanges(this.#items, write.changes);
      this.#changeCount += write.changes.length;
      write.resolve();
    }
  }

  async #append(lines: Uint8Array): Promise<void> {
    const { disk, path } = this.#options;
    const file = await this.#opened();
    if (this.#mustSyncFolder) {
      await disk.syncFolder(dirname(path));
      this.#mustSyncFolder = false;
    }
    await file.append(lines, { durable: true });
  }

  /** Compacts at start, after it kept the damaged lines for somebody to look at. */
  async #tidy(damaged: readonly Uint8Array[]): Promise<void> {
    const { disk, path, reportProblem } = this.#options;
    try {
      await keepRejected(disk, path, damaged);
    } catch (error) {
      // Nothing is lost: the lines stay where they are, and the next start tries again.
      reportProblem(error);
      return;
    }
    await this.#rewrite();
    if (this.#rewritten !== undefined) await this.#putInPlace(this.#rewritten);
  }

  #isWorthCompacting(): boolean {
    const dead = this.#deadCount;
    if (this.#isClosed || this.#file === undefined) return false;
    if (dead <= (this.#options.deadChangesMin ?? DEAD_CHANGES_MIN)) return false;
    return dead > this.#items.size && this.#changeCount >= this.#compactionAt;
  }

  async #rewriteBeside(): Promise<void> {
    await this.#rewrite();
    this.#rewriting = undefined;
    if (this.#rewritten !== undefined) this.#running ??= this.#run();
  }

  /** Writes the new file while writes go on. A failure leaves the file as it was, and is tried again later. */
  async #rewrite(): Promise<void> {
    const { disk, path } = this.#options;
    const changesBefore = this.#changeCount;
    let rewrite: FileRewrite | undefined;
    try {
      rewrite = await FileRewrite.begin(disk, await this.#opened(), path);
      let liveCount = 0;
      for (const { lines, count } of this.#liveLines()) {
        await rewrite.write(lines);
        liveCount += count;
      }
      await rewrite.catchUp();
      this.#rewritten = { rewrite, liveCount, changesBefore };
    } catch (error) {
      await rewrite?.abandon();
      this.#putOff(error);
    }
  }

  /** Nobody else touches the file meanwhile; what there is still to copy is little. */
  async #putInPlace({ rewrite, liveCount, changesBefore }: Rewritten): Promise<void> {
    this.#rewritten = undefined;
    try {
      await rewrite.finish();
      await this.#closeFile();
      await rewrite.putInPlace();
      this.#mustSyncFolder = true;
      this.#changeCount += liveCount - changesBefore;
    } catch (error) {
      await rewrite.abandon();
      this.#putOff(error);
    }
  }

  #putOff(error: unknown): void {
    this.#compactionAt = this.#changeCount + Math.max(DEAD_CHANGES_MIN, this.#items.size);
    if (!this.#isClosed) this.#options.reportProblem(error);
  }

  /**
   * What lives, while it changes: whatever changed since the beginning stands in the lines that are appended
   * meanwhile, which follow in the new file. No more than there was at first, so that it comes to an end.
   */
  *#liveLines(): Generator<{ lines: Uint8Array; count: number }> {
    let left = this.#items.size;
    let lines: string[] = [];
    for (const [id, value] of this.#items) {
      if (left === 0 || this.#isClosed) break;
      left -= 1;
      lines.push(journalLine([{ put: id, value }]));
      if (lines.length < COMPACTION_CHUNK_LINES) continue;
      yield { lines: Buffer.from(lines.join('')), count: lines.length };
      lines = [];
    }
    if (this.#isClosed) throw new Error(`${this.fileName} is closed`);
    yield { lines: Buffer.from(lines.join('')), count: lines.length };
  }

  async #opened(): Promise<AppendFile> {
    const { disk, path } = this.#options;
    return (this.#file ??= await AppendFile.open(disk, path));
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

function isUntidy(content: JournalContent<unknown>): boolean {
  const deadCount = content.changeCount - content.items.size;
  if (content.damaged.length > 0 || content.expired > 0 || content.hasLegacy) return true;
  return !content.endsWithNewline || deadCount > content.items.size;
}

export interface JournalOptions<T> {
  readonly disk: Disk;
  readonly path: string;
  readonly format: StoreFormat<T>;
  /** Wall time of the start, for what is past its time. */
  readonly now: number;
  /** Told of trouble that costs nobody a write. */
  readonly reportProblem: (error: unknown) => void;
  /** How many dead changes are worth a rewrite; tests say less. */
  readonly deadChangesMin?: number;
}

/** A new file, and what was counted when it was begun. */
interface Rewritten {
  readonly rewrite: FileRewrite;
  readonly liveCount: number;
  readonly changesBefore: number;
}

/** What a start found in one file. */
export interface LoadReport {
  readonly loaded: number;
  readonly invalid: number;
  readonly expired: number;
}

interface Loaded<T> {
  readonly items: Map<string, T>;
  readonly changeCount: number;
  readonly report: LoadReport;
}

interface WaitingWrite<T> {
  readonly line: Uint8Array;
  readonly changes: readonly Change<T>[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}
