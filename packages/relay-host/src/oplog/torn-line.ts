import type { Disk, DiskFile } from '../disk.js';
import { LINE_BYTES_MAX } from './file-regions.js';

const NEWLINE = 0x0a;

/**
 * Cuts off what a crash left of a last line, so that it stands between no two entries. A last line that only lacks its
 * line break stays.
 *
 * @returns the size of the file
 */
export async function cutTornLine(disk: Disk, path: string): Promise<number> {
  const file = await disk.open(path);
  try {
    const size = await file.size();
    const start = await lastLineStart(file, size);
    if (start === size || (await isWhole(file, start, size))) return size;
    await file.truncate(start);
    return start;
  } finally {
    await file.close();
  }
}

/** Where the last line begins that has no line break; the size if there is none. */
async function lastLineStart(file: DiskFile, size: number): Promise<number> {
  const tail = Buffer.alloc(Math.min(size, LINE_BYTES_MAX));
  await file.read(tail, size - tail.length);
  const last = tail.lastIndexOf(NEWLINE);
  return last === -1 && tail.length === size ? 0 : size - tail.length + last + 1;
}

async function isWhole(file: DiskFile, start: number, size: number): Promise<boolean> {
  const line = Buffer.alloc(size - start);
  await file.read(line, start);
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    // Torn: that is what was asked.
    return false;
  }
}
