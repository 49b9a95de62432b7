import { LOG_ENTRIES_MAX, LOG_ENTRY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import type { ArchiveQuery } from '@telepat/otto-relay-core';
import { EntryScan, parseEntry, timeOf } from './entry-scan.js';
import { regionsBackwards, regionsForwards, type ReadableFile } from './file-regions.js';

const NEWLINE = 0x0a;

/** Bytes of listed lines that go out together: whoever gets them parses them. */
const CHUNK_BYTES = 64 * 1024;

/** What one list may take in memory; entries of ours never reach it. */
const LIST_BYTES_MAX = LOG_ENTRIES_MAX * LOG_ENTRY_BYTES_MAX;

/** A clock that was set back by less than this hides no entry. */
const CLOCK_JUMP_MS = 3_600_000;

/**
 * The work of a task, step by step: whoever runs it may do something else after each of them. A step has found a chunk
 * of whole lines, or nothing yet.
 */
export function runTask(task: ReadingTask, open: OpenForReading): Generator<TaskStep> {
  if (task.kind === 'count') return countLines(task, open);
  return task.kind === 'list' ? listLines(task, open) : exportLines(task, open);
}

/** Looks from the newest line back, until there are enough; then gives them oldest first. */
function* listLines({ files, query, countMax }: ListTask, open: OpenForReading): Generator<TaskStep> {
  const scan = new EntryScan(query);
  const { since } = query.filter;
  const tooOld = since === '' ? '' : new Date(Date.parse(since) - CLOCK_JUMP_MS).toISOString();
  const newestFirst: Buffer[] = [];
  let bytes = 0;
  for (const region of regionsOf(filesSince(files, since), open, regionsBackwards)) {
    const found: Buffer[] = [];
    scan.each(region, (start, end) => void found.push(region.subarray(start, end)));
    for (const line of found.toReversed()) {
      if (newestFirst.length >= countMax || bytes + line.length > LIST_BYTES_MAX) {
        yield* chunksOf(newestFirst.toReversed());
        return;
      }
      if (!scan.parses && parseEntry(line.toString('utf8')) === undefined) continue;
      bytes += line.length;
      newestFirst.push(Buffer.from(line));
    }
    yield undefined;
    // Lines further back are older still.
    if (newestFirst.length >= countMax || (timeOf(region, 0) ?? tooOld) < tooOld) break;
  }
  yield* chunksOf(newestFirst.toReversed());
}

/** Gives whatever matches, oldest first. */
function* exportLines({ files, query }: ExportTask, open: OpenForReading): Generator<TaskStep> {
  const { since } = query.filter;
  const scan = new EntryScan(query);
  // Files of later days have nothing earlier: there no line has to be asked.
  const scanOfLaterDays = new EntryScan({ ...query, filter: { ...query.filter, since: '' } });
  for (const file of filesSince(files, since).toReversed()) {
    const found = file.day > since.slice(0, 10) ? scanOfLaterDays : scan;
    for (const region of regionsOf([file], open, regionsForwards)) yield chunkOf(region, spansOf(region, found));
  }
}

/** Counts the lines of each file, oldest first, and tells the time of its first one; each file as one line of JSON. */
function* countLines({ files }: CountTask, open: OpenForReading): Generator<TaskStep> {
  for (const file of files.toReversed()) {
    let lines = 0;
    let oldest: string | undefined;
    for (const region of regionsOf([file], open, regionsForwards)) {
      oldest ??= timeOf(region, 0);
      for (let at = region.indexOf(NEWLINE); at !== -1; at = region.indexOf(NEWLINE, at + 1)) lines += 1;
      yield undefined;
    }
    yield chunkFrom([Buffer.from(`${JSON.stringify({ name: file.name, lines, oldest })}\n`)]);
  }
}

/** The regions of several files, one after another. */
export function* regionsOf<T extends Buffer>(
  files: readonly FilePart[],
  open: OpenForReading,
  regions: (file: ReadableFile, size: number) => Generator<T>,
): Generator<T> {
  for (const { name, size } of files) {
    const file = size === 0 ? undefined : open(name);
    try {
      // Somebody may have emptied it: what is left is read.
      if (file !== undefined) yield* regions(file, Math.min(size, file.size()));
    } finally {
      file?.close();
    }
  }
}

/** Those of the files, newest first, that can have entries from a time on. */
function filesSince(files: readonly FilePart[], since: string): FilePart[] {
  const firstDay = since.slice(0, 10);
  const tooOld = files.findIndex(({ day }) => day !== '' && day < firstDay);
  // The file of old builds names no day, but is older than all others.
  return tooOld === -1 ? [...files] : files.slice(0, tooOld);
}

/** Lines that follow one another are one span. */
function spansOf(region: Buffer, scan: EntryScan): Span[] {
  const spans: Span[] = [];
  let last: Span | undefined;
  scan.each(region, (start, end) => {
    if (last?.end === start) last.end = end;
    else spans.push((last = { start, end }));
  });
  return spans;
}

/** The spans of a region: the region itself where they are all of it, else a copy. */
function chunkOf(region: Buffer<ArrayBuffer>, spans: readonly Span[]): Chunk | undefined {
  const [first] = spans;
  if (first === undefined) return undefined;
  if (spans.length === 1 && first.end - first.start > region.length / 2) return region.subarray(first.start, first.end);
  return chunkFrom(spans.map(({ start, end }) => region.subarray(start, end)));
}

function* chunksOf(lines: readonly Buffer[]): Generator<Chunk> {
  let part: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    part.push(line);
    bytes += line.length;
    if (bytes < CHUNK_BYTES) continue;
    yield chunkFrom(part);
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield chunkFrom(part);
}

/** In memory of its own, which can be given to another thread. */
function chunkFrom(parts: readonly Uint8Array[]): Chunk {
  const chunk = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    chunk.set(part, at);
    at += part.length;
  }
  return chunk;
}

interface Span {
  readonly start: number;
  end: number;
}

/** Whole lines; whoever gets them owns their memory. */
export type Chunk = Uint8Array<ArrayBuffer>;

export type TaskStep = Chunk | undefined;

/** Opens a log file; undefined if it is gone. */
export type OpenForReading = (name: string) => ReadableFile | undefined;

/** A file up to the size that it had. */
export interface FilePart {
  readonly name: string;
  readonly day: string;
  readonly size: number;
}

interface ListTask {
  readonly kind: 'list';
  /** Newest first. */
  readonly files: readonly FilePart[];
  readonly query: ArchiveQuery;
  readonly countMax: number;
}

interface ExportTask extends Omit<ListTask, 'kind' | 'countMax'> {
  readonly kind: 'export';
}

interface CountTask {
  readonly kind: 'count';
  readonly files: readonly FilePart[];
}

/** Plain data, which another thread can be sent. */
export type ReadingTask = ListTask | ExportTask | CountTask;
