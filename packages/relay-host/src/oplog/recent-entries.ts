import { join } from 'node:path';
import { logEntrySchema, type LogEntry } from '@telepat/otto-protocol';
import type { Disk } from '../disk.js';
import { newestDayFiles } from './day-file-names.js';
import { linesBackwards } from './lines-backwards.js';

/** So much is read at most, however long the entries are: a start must not take long. */
const BYTES_MAX = 16 * 1024 * 1024;

/** The newest entries in the files of a folder, oldest first. Lines that are no entries are passed over. */
export async function recentEntries(disk: Disk, folder: string, limit: number): Promise<LogEntry[]> {
  const newestFirst: LogEntry[] = [];
  let bytes = 0;
  for (const { name } of newestDayFiles(await disk.list(folder))) {
    const file = await disk.open(join(folder, name));
    try {
      for await (const line of linesBackwards(file)) {
        bytes += line.length;
        if (newestFirst.length >= limit || bytes > BYTES_MAX) return newestFirst.reverse();
        const entry = entryOf(line);
        if (entry !== undefined) newestFirst.push(entry);
      }
    } finally {
      await file.close();
    }
  }
  return newestFirst.reverse();
}

function entryOf(line: Buffer): LogEntry | undefined {
  try {
    const parsed = logEntrySchema.safeParse(JSON.parse(line.toString('utf8')));
    // JSON knows no undefined, so what the schema calls optional is absent or there.
    return parsed.success ? (parsed.data as LogEntry) : undefined;
  } catch {
    // Torn by a crash, or not ours.
    return undefined;
  }
}
