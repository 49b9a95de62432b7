import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LogEntry } from '@telepat/otto-protocol';
import type { ArchiveQuery, LogBatch, PlainViewer } from '@telepat/otto-relay-core';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { DayFiles } from '../../src/oplog/day-files.js';
import { KnownFiles } from '../../src/oplog/known-files.js';
import { readableFiles } from '../../src/oplog/readable-files.js';
import { runTask, type FilePart, type OpenForReading } from '../../src/oplog/reading-tasks.js';
import { FaultyDisk } from './faulty-disk.js';
import { tempFolder } from './temp-folder.js';

export const NOON = Date.parse('2026-03-10T12:00:00.000Z');
export const FILE = 'operations-2026-03-10.jsonl';
export const OPERATOR: PlainViewer = { seesAll: true, nodeIds: new Set() };

/** A writer over a disk that can fail, with a clock of its own. */
export async function logWorld(options: LogWorldOptions = {}) {
  const folder = options.folder ?? tempFolder();
  const clock = new ManualClock(options.now ?? NOON);
  const disk = new FaultyDisk();
  const dropped: number[] = [];
  const begun: string[] = [];
  const known = await KnownFiles.of(disk, folder);
  const log = new DayFiles({
    disk,
    folder,
    clock,
    known,
    maxFileBytes: options.maxFileBytes ?? 1_000_000_000,
    onDropped: (count) => dropped.push(count),
    onFileBegun: () => begun.push('file'),
    waitingBytesMax: options.waitingBytesMax,
  });
  onTestFinished(() => log.close());
  const idsIn = (name: string) => {
    const text = existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    return [...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
  };
  return { folder, clock, disk, known, begun, dropped, log, idsIn };
}

/** What a sink is handed of entries that come together. */
export function batchOf(...entries: readonly LogEntry[]): LogBatch {
  return { lines: entries, bytes: Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')) };
}

export function logEntry(id: string, facts: Partial<LogEntry> = {}): LogEntry {
  const timestamp = new Date(NOON).toISOString();
  return { id, timestamp, level: 'info', source: 'relay', type: 'relay_started', ...facts };
}

/** Writes a log file as another run would have left it. */
export function writeLogFile(folder: string, name: string, entries: readonly LogEntry[]): void {
  writeFileSync(join(folder, name), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

export function logFilesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('operations'))
    .sort();
}

/** A query of everybody's entries from the beginning, but for what is said. */
export function queryOf(filter: Partial<ArchiveQuery['filter']> = {}, viewer = OPERATOR): ArchiveQuery {
  return { viewer, filter: { since: '', ...filter } };
}

/** Does a task to its end, on files that are watched. */
export async function doTask(folder: string, task: TaskWithoutFiles): Promise<TaskOutcome> {
  const known = await KnownFiles.of(new FaultyDisk(), folder);
  const files: FilePart[] = known.newestFirst().map(({ name, day, size }) => ({ name, day, size }));
  const watch = new WatchedFiles(folder);
  let text = '';
  for (const chunk of runTask({ ...task, files }, watch.open)) {
    if (chunk !== undefined) text += Buffer.from(chunk).toString('utf8');
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const ids = lines.map((line) => /"id":"(\w+)"/.exec(line)?.[1]);
  return { lines, ids, watch };
}

/** The files of a folder, with counts of what was done to them. */
export class WatchedFiles {
  readonly opened: string[] = [];
  closedCount = 0;
  bytesRead = 0;
  largestRead = 0;
  readonly open: OpenForReading;

  constructor(folder: string) {
    const open = readableFiles(folder);
    this.open = (name) => {
      this.opened.push(name);
      const file = open(name);
      return (
        file && {
          read: (bytes, position) => {
            this.bytesRead += bytes.length;
            this.largestRead = Math.max(this.largestRead, bytes.length);
            return file.read(bytes, position);
          },
          size: () => file.size(),
          close: () => {
            this.closedCount += 1;
            file.close();
          },
        }
      );
    };
  }
}

interface TaskOutcome {
  readonly lines: string[];
  readonly ids: (string | undefined)[];
  readonly watch: WatchedFiles;
}

type TaskWithoutFiles =
  { kind: 'list'; query: ArchiveQuery; countMax: number } | { kind: 'export'; query: ArchiveQuery } | { kind: 'count' };

export interface LogWorldOptions {
  readonly folder?: string;
  readonly waitingBytesMax?: number;
  readonly maxFileBytes?: number;
  readonly now?: number;
}
