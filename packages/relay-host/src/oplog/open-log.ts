import { LOG_ENTRIES_MAX } from '@telepat/otto-protocol/limits';
import type { Clock, LogArchive } from '@telepat/otto-relay-core';
import type { Disk } from '../disk.js';
import type { Ending } from '../ending.js';
import { DayFiles } from './day-files.js';
import { FileArchive } from './file-archive.js';
import { KnownFiles } from './known-files.js';
import { ReadingThread } from './reading-thread.js';
import { readableFiles } from './readable-files.js';
import { recentEntries, type RecentEntries } from './recent-entries.js';
import { Retention } from './retention.js';

/** Opens the operation log of a folder: whoever writes it, reads it, and deletes what is old. */
export async function openLog(options: OpenLogOptions): Promise<OpenedLog> {
  const { disk, folder, clock, ending, reportProblem, maxFileBytes } = options;
  // A folder that cannot be read keeps no relay from starting; the first sweep says so again.
  const known = await KnownFiles.of(disk, folder).catch(() => new KnownFiles());
  const retention = new Retention({ ...options, known });
  const onFileBegun = (): void => void retention.sweep();
  const writer = new DayFiles({ disk, folder, clock, known, maxFileBytes, onDropped: options.onDropped, onFileBegun });
  ending.add('operation log', () => writer.close());
  ending.add('retention', () => retention.close());
  const thread = new ReadingThread({ folder, program: options.readingProgram ?? READING_PROGRAM, reportProblem });
  ending.add('log thread', () => thread.close());

  await retention.start();
  const recent = recentOf(known, options);
  const holdsMoreThanRecent = !recent.isWhole;
  const archive = new FileArchive({ known, writer, thread, maxFileBytes, holdsMoreThanRecent, reportProblem });
  return { writer, archive, recent: recent.entries };
}

const READING_PROGRAM = new URL('./reading-program.js', import.meta.url);

/** Old entries are a comfort: a file that cannot be read keeps no relay from starting. */
function recentOf(known: KnownFiles, { folder, reportProblem }: OpenLogOptions): RecentEntries {
  try {
    return recentEntries(known.newestFirst(), readableFiles(folder), LOG_ENTRIES_MAX);
  } catch (error) {
    reportProblem(error);
    return { entries: [], isWhole: false };
  }
}

interface OpenLogOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  readonly ending: Ending;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  /** Told how many entries were lost, once the disk takes entries again. */
  readonly onDropped: (count: number) => void;
  readonly reportProblem: (error: unknown) => void;
  /** What the reading thread runs, where a bundler has moved it. */
  readonly readingProgram?: URL | undefined;
}

interface OpenedLog {
  readonly writer: DayFiles;
  readonly archive: LogArchive;
  /** The newest entries of earlier runs, oldest first. */
  readonly recent: RecentEntries['entries'];
}
