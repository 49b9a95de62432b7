import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: whoever reads it sees the old content or the new one, also after a crash and on a
 * full disk. Its folder must be there.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const draft = besideOf(path, 'tmp');
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    // The draft may not be there either; why the file could not be written is what matters.
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A name beside a file that nobody else takes. */
export function besideOf(path: string, ending: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.${ending}`;
}
