import { Buffer } from 'node:buffer';
import type { LogEntry } from '@telepat/otto-protocol';
import { parseEntry } from './entry-scan.js';
import { runTask, type FilePart, type OpenForReading } from './reading-tasks.js';

/** So much is read at most, however long the entries are: a start must not take long. */
const BYTES_MAX = 16 * 1024 * 1024;

const ALL = { filter: { since: '' }, viewer: { seesAll: true, nodeIds: new Set<string>() } };

/**
 * The newest entries of some files, oldest first: from the tails of the newest ones, without reading the others.
 * Lines that are no entries are passed over.
 *
 * @param files newest first
 */
export function recentEntries(files: readonly FilePart[], open: OpenForReading, countMax: number): RecentEntries {
  // One more than is wanted tells whether there are more.
  const steps = runTask({ kind: 'list', files, query: ALL, countMax: countMax + 1, bytesMax: BYTES_MAX }, open);
  const entries: LogEntry[] = [];
  for (const chunk of steps) if (chunk !== undefined) entries.push(...entriesOf(chunk));
  const readAll = files.reduce((sum, { size }) => sum + size, 0) <= BYTES_MAX;
  return { entries: entries.slice(-countMax), isWhole: readAll && entries.length <= countMax };
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
