import type { Disk } from './disk.js';

/** Writes a file from its beginning to its end; resolves when it is on the disk. */
export async function writeWhole(disk: Disk, path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const file = await disk.create(path);
  try {
    let position = 0;
    for (const chunk of chunks) {
      await file.write(chunk, position);
      position += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
