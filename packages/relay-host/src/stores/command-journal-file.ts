import { dirname } from 'node:path';
import { DURABLE_KEEP_MS } from '@telepat/otto-protocol/limits';
import type { CommandJournal, JournalRecord, JournalRef, NodeOutcome, StoredRecord } from '@telepat/otto-relay-core';
import { AppendFile } from '../append-file.js';
import type { Disk } from '../disk.js';
import { parseRecord, recordLine } from './command-records.js';
import { fileLines } from './file-lines.js';
import { FileRewrite } from './file-rewrite.js';
import type { LoadReport } from './journal.js';
import { LiveRecords, type Slot } from './live-records.js';
import { keepRejected } from './rejected-lines.js';

/** A smaller file is not worth a rewrite while the relay runs. */
const COMPACTION_BYTES_MIN = 8 * 1024 * 1024;

/** Records that are copied in one go; an outcome may have hundreds of kilobytes. */
const COPY_BYTES = 256 * 1024;

/**
 * The journal of durable commands in one file of appended lines. Records that arrive while the disk works share its
 * next turn. What is older than a day, or closed, leaves the file when it is written anew, beside the appends.
 */
export class CommandJournalFile implements CommandJournal {
  readonly #options: CommandJournalOptions;
  readonly #live = new LiveRecords();
  #file: AppendFile | undefined;
  #mustSyncFolder = true;
  /** The size at which a rewrite is tried: later after one that failed. */
  #compactionFrom: number;
  #waiting: WaitingRecord[] = [];
  #running: Promise<void> | undefined;
  /** Under way beside the appends. */
  #rewriting: Promise<void> | undefined;
  /** Whole but for the newest lines, and to be put in place. */
  #rewritten: Rewritten | undefined;
  #problem: string | undefined;
  #isClosed = false;
  #report: LoadReport = { loaded: 0, invalid: 0, expired: 0 };

  constructor(options: CommandJournalOptions) {
    this.#options = options;
    this.#compactionFrom = this.#bytesMin;
  }

  get report(): LoadReport {
    return this.#report;
  }

  /** Why the last record could not be written; undefined when it was. */
  problem(): string | undefined {
    return this.#problem;
  }

  async load(): Promise<readonly StoredRecord[]> {
    const { disk, path, now } = this.#options;
    const file = await disk.open(path);
    const records: StoredRecord[] = [];
    const damaged: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const line of fileLines(file)) {
        size = line.position + line.length;
        const record = parseRecord(line.bytes);
        if (record === undefined) damaged.push(Buffer.from(line.bytes));
        else records.push(stored(record, this.#live.add(record, line)));
      }
    } finally {
      await file.close();
    }
    const expired = this.#live.forgetBefore(now() - DURABLE_KEEP_MS);
    this.#report = { loaded: this.#live.size, invalid: damaged.length, expired };
    if (damaged.length > 0 || this.#live.byteLength < size) await this.#tidy(damaged);
    return records.filter((record) => this.#live.has(record));
  }

  append(record: JournalRecord): Promise<JournalRef> {
    if (this.#isClosed) return Promise.reject(new Error('the journal of commands is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, line: recordLine(record), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async read(ref: JournalRef): Promise<NodeOutcome> {
    // A rewrite moves what this looks for: it waits for its end.
    for (;;) {
      const file = await this.#opened();
      const slot = this.#live.slotOf(ref);
      if (slot === undefined) throw new Error('the outcome is no longer on record');
      const { position, length } = slot;
      const bytes = Buffer.alloc(length);
      await file.read(bytes, position);
      const record = parseRecord(bytes);
      if (record?.kind === 'outcome' && this.#file === file) return record.outcome;
      if (this.#file === file) throw new Error('the outcome cannot be read');
    }
  }

  /** Writes what waits, and closes the file. Later records are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#rewriting;
    await this.#running;
    await this.#closeFile();
  }

  async #run(): Promise<void> {
    // One turn of the loop later, so that records made together share a sync from the first on.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#rewritten !== undefined) {
      const batch = this.#waiting;
      this.#waiting = [];
      if (batch.length > 0) await this.#commit(batch);
      if (this.#rewritten !== undefined) await this.#putInPlace(this.#rewritten);
      else if (this.#isWorthCompacting()) this.#rewriting ??= this.#rewriteBeside();
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly WaitingRecord[]): Promise<void> {
    let position: number;
    try {
      const file = await this.#opened();
      if (this.#mustSyncFolder) await this.#options.disk.syncFolder(dirname(this.#options.path));
      this.#mustSyncFolder = false;
      position = await file.append(Buffer.concat(batch.map(({ line }) => line)), { durable: true });
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const { record, line, resolve } of batch) {
      resolve(this.#live.add(record, { position, length: line.length }));
      position += line.length;
    }
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

  get #bytesMin(): number {
    return this.#options.compactionBytesMin ?? COMPACTION_BYTES_MIN;
  }

  #isWorthCompacting(): boolean {
    const size = this.#file?.size ?? 0;
    if (this.#isClosed || size < this.#compactionFrom) return false;
    this.#live.forgetBefore(this.#options.now() - DURABLE_KEEP_MS);
    return size >= 2 * this.#live.byteLength;
  }

  async #rewriteBeside(): Promise<void> {
    await this.#rewrite();
    this.#rewriting = undefined;
    if (this.#rewritten !== undefined) this.#running ??= this.#run();
  }

  /** Copies what lives to a new file while appends go on. A failure leaves everything as it was. */
  async #rewrite(): Promise<void> {
    const { disk, path } = this.#options;
    let rewrite: FileRewrite | undefined;
    try {
      const old = await this.#opened();
      const slots = this.#live.slots();
      const from = old.size;
      rewrite = await FileRewrite.begin(disk, old, path);
      const moved = new Map<Slot, number>();
      for (const run of runsOf(slots)) {
        if (this.#isClosed) throw new Error('the journal of commands is closed');
        const bytes = Buffer.alloc(run.length);
        await old.read(bytes, run.position);
        const shift = (await rewrite.write(bytes)) - run.position;
        for (const slot of run.slots) moved.set(slot, slot.position + shift);
      }
      await rewrite.catchUp();
      this.#rewritten = { rewrite, moved, from };
    } catch (error) {
      await rewrite?.abandon();
      this.#putOff(error);
    }
  }

  /** Nobody appends meanwhile; what there is still to copy is little. */
  async #putInPlace({ rewrite, moved, from }: Rewritten): Promise<void> {
    this.#rewritten = undefined;
    try {
      const shift = await rewrite.finish();
      await this.#closeFile();
      await rewrite.putInPlace();
      this.#mustSyncFolder = true;
      for (const [slot, to] of moved) slot.position = to;
      for (const slot of this.#live.slots()) if (!moved.has(slot) && slot.position >= from) slot.position += shift;
      this.#compactionFrom = this.#bytesMin;
    } catch (error) {
      await rewrite.abandon();
      this.#putOff(error);
    }
  }

  #putOff(error: unknown): void {
    this.#compactionFrom = 2 * (this.#file?.size ?? this.#bytesMin);
    if (!this.#isClosed) this.#options.reportProblem(error);
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

/** Neighbours in the file, to be read at once. */
function* runsOf(slots: readonly Slot[]): Generator<Run> {
  let run: Run | undefined;
  for (const slot of slots) {
    if (run !== undefined && slot.position === run.position + run.length && run.length < COPY_BYTES) {
      run.length += slot.length;
      run.slots.push(slot);
      continue;
    }
    if (run !== undefined) yield run;
    run = { position: slot.position, length: slot.length, slots: [slot] };
  }
  if (run !== undefined) yield run;
}

function stored(record: JournalRecord, ref: JournalRef): StoredRecord {
  if (record.kind !== 'outcome') return record;
  const { outcome, ...rest } = record;
  const byteLength = Buffer.byteLength(JSON.stringify(outcome.payload));
  return { ...rest, ref, byteLength, isOmitted: outcome.payload['resultOmitted'] === true };
}

export interface CommandJournalOptions {
  readonly disk: Disk;
  readonly path: string;
  /** Wall time in epoch milliseconds. */
  readonly now: () => number;
  /** Told of trouble that costs nobody a record. */
  readonly reportProblem: (error: unknown) => void;
  /** How large a file is worth a rewrite while the relay runs; tests say less. */
  readonly compactionBytesMin?: number;
}

/** A new file; where the records are in it that the old one had before `from`. */
interface Rewritten {
  readonly rewrite: FileRewrite;
  readonly moved: ReadonlyMap<Slot, number>;
  readonly from: number;
}

interface Run {
  readonly position: number;
  length: number;
  readonly slots: Slot[];
}

interface WaitingRecord {
  readonly record: JournalRecord;
  readonly line: Buffer;
  readonly resolve: (ref: JournalRef) => void;
  readonly reject: (error: unknown) => void;
}
