import type { LogEntry } from '@telepat/otto-protocol';
import { parseEntry } from './entry-scan.js';
import { regionsBackwards } from './file-regions.js';
import { regionsOf, type FilePart, type OpenForReading } from './reading-tasks.js';

const NEWLINE = 0x0a;

/** So much is read at most, however long the entries are: a start must not take long. */
const BYTES_MAX = 16 * 1024 * 1024;

/**
 * The newest entries of some files, oldest first: from the tails of the newest ones, without reading the others.
 * Lines that are no entries are passed over.
 *
 * @param files newest first
 */
export function recentEntries(files: readonly FilePart[], open: OpenForReading, countMax: number): RecentEntries {
  const newestFirst: LogEntry[] = [];
  let bytes = 0;
  for (const region of regionsOf(files, open, regionsBackwards)) {
    for (const line of linesBackwards(region)) {
      if (newestFirst.length >= countMax) return { entries: newestFirst.reverse(), isWhole: false };
      const entry = parseEntry(line);
      if (entry !== undefined) newestFirst.push(entry);
    }
    bytes += region.length;
    if (bytes > BYTES_MAX) return { entries: newestFirst.reverse(), isWhole: false };
  }
  return { entries: newestFirst.reverse(), isWhole: true };
}

function* linesBackwards(region: Buffer): Generator<string> {
  for (let end = region.length; end > 0;) {
    const start = end === 1 ? 0 : region.lastIndexOf(NEWLINE, end - 2) + 1;
    yield region.toString('utf8', start, end);
    end = start;
  }
}

/** The entries of some whole lines. */
export function entriesOf(lines: Uint8Array): LogEntry[] {
  const { buffer, byteOffset, byteLength } = lines;
  const texts = Buffer.from(buffer, byteOffset, byteLength).toString('utf8').split('\n');
  return texts.flatMap((text) => (text === '' ? [] : (parseEntry(text) ?? [])));
}

export interface RecentEntries {
  readonly entries: readonly LogEntry[];
  /** Whether these are all that there are. */
  readonly isWhole: boolean;
}
