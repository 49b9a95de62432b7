import { AppendFile } from '../append-file.js';
import type { Disk } from '../disk.js';

/** A larger file of damaged lines becomes the old one, and the old one before it goes. */
const REJECTED_BYTES_MAX = 16 * 1024 * 1024;

/** Keeps damaged lines of a file aside, for somebody to look at; resolves when they are on the disk. */
export async function keepRejected(disk: Disk, path: string, lines: readonly Uint8Array[]): Promise<void> {
  if (lines.length === 0) return;
  const file = await openWithRoom(disk, `${path}.rejected`);
  try {
    const newline = Buffer.from('\n');
    await file.append(Buffer.concat(lines.flatMap((line) => [line, newline])), { durable: true });
  } finally {
    await file.close();
  }
}

async function openWithRoom(disk: Disk, path: string): Promise<AppendFile> {
  const file = await AppendFile.open(disk, path);
  if (file.size < REJECTED_BYTES_MAX) return file;
  await file.close();
  await disk.rename(path, `${path}.old`);
  return AppendFile.open(disk, path);
}
