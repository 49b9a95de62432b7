import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import * as z from 'zod';
import type { LogEntry } from '@telepat/otto-protocol';
import {
  passes,
  visibleTo,
  type ArchiveQuery,
  type ArchiveStatus,
  type Hangup,
  type LogArchive,
} from '@telepat/otto-relay-core';
import type { DayFiles } from './day-files.js';
import { parseEntry } from './entry-scan.js';
import type { KnownFile, KnownFiles } from './known-files.js';
import { textOf, type QueuedLine } from './log-queue.js';
import type { ReadingThread } from './reading-thread.js';
import type { FilePart } from './reading-tasks.js';
import { entriesOf } from './recent-entries.js';
import { RETENTION_DAYS } from './retention.js';

/** Waiting lines that are looked at before everybody else has a turn. */
const WAITING_AT_ONCE = 256;

/**
 * The log files for those who ask: a thread of its own looks in them. A query sees each file up to the size that it
 * had when it was asked, and the lines that waited for the disk then: no entry twice, and none missing.
 */
export class FileArchive implements LogArchive {
  readonly holdsMoreThanRecent: boolean;
  readonly #options: FileArchiveOptions;
  #counting: Promise<void> | undefined;

  constructor(options: FileArchiveOptions) {
    this.#options = options;
    this.holdsMoreThanRecent = options.holdsMoreThanRecent;
  }

  async list(query: ArchiveQuery, countMax: number, hangup?: Hangup): Promise<LogEntry[]> {
    const { files, waiting } = this.#now();
    const found: LogEntry[] = [];
    for await (const chunk of this.#options.thread.run({ kind: 'list', files, query, countMax }, hangup)) {
      found.push(...entriesOf(chunk));
    }
    for await (const { entry } of matchesAmong(waiting, query)) found.push(entry);
    return found.slice(-countMax);
  }

  async *export(query: ArchiveQuery, hangup?: Hangup): AsyncGenerator<Uint8Array> {
    const { files, waiting } = this.#now();
    yield* this.#options.thread.run({ kind: 'export', files, query }, hangup);
    for await (const { line } of matchesAmong(waiting, query)) yield Buffer.from(line);
  }

  status(): ArchiveStatus {
    const files = this.#options.known.newestFirst();
    const isCounting = files.some(({ foundLines }) => foundLines === undefined);
    if (isCounting) this.#counting ??= this.#count().finally(() => (this.#counting = undefined));
    const oldest = files.at(-1)?.oldest;
    return {
      retentionDays: RETENTION_DAYS,
      sizeBytes: this.#options.known.sizeBytes,
      maxFileBytes: this.#options.maxFileBytes,
      totalEvents: files.reduce((sum, { foundLines = 0, addedLines }) => sum + foundLines + addedLines, 0),
      isCounting,
      ...(oldest === undefined ? {} : { oldest }),
    };
  }

  /** What is there at this moment. */
  #now(): { files: FilePart[]; waiting: readonly QueuedLine[] } {
    const files = this.#options.known.newestFirst().map(({ name, day, size }) => ({ name, day, size }));
    return { files, waiting: this.#options.writer.waitingLines() };
  }

  /** Each file is counted once in the life of a relay; whoever writes counts what comes. */
  async #count(): Promise<void> {
    const { known, thread, reportProblem } = this.#options;
    const files = known.newestFirst().filter(({ foundLines }) => foundLines === undefined);
    try {
      for await (const chunk of thread.run({ kind: 'count', files: files.map(foundPart) })) {
        for (const line of Buffer.from(chunk).toString('utf8').trim().split('\n')) {
          const { name, lines, oldest } = countSchema.parse(JSON.parse(line));
          known.count(name, { lines, oldest });
        }
      }
    } catch (error) {
      // The next one who asks has it tried again.
      reportProblem(error);
    }
  }
}

const countSchema = z.object({ name: z.string(), lines: z.number(), oldest: z.string().optional() });

function foundPart({ name, day, foundBytes }: KnownFile): FilePart {
  return { name, day, size: foundBytes };
}

/** Few lines wait, unless the disk is slow or full: then there may be very many. */
async function* matchesAmong(
  lines: readonly QueuedLine[],
  { filter, viewer }: ArchiveQuery,
): AsyncGenerator<{ line: string; entry: LogEntry }> {
  for (const [index, queued] of lines.entries()) {
    if (index % WAITING_AT_ONCE === WAITING_AT_ONCE - 1) await othersHadTheirTurn();
    const line = textOf(queued);
    const entry = parseEntry(line);
    if (entry !== undefined && passes(filter, entry) && visibleTo(viewer, entry)) yield { line, entry };
  }
}

export interface FileArchiveOptions {
  readonly known: KnownFiles;
  readonly writer: Pick<DayFiles, 'waitingLines'>;
  readonly thread: ReadingThread;
  readonly maxFileBytes: number;
  readonly holdsMoreThanRecent: boolean;
  readonly reportProblem: (error: unknown) => void;
}
