import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenForReading } from './reading-tasks.js';

/**
 * The files of a folder for one who has nothing else to do than to wait for them: a thread that reads, or a start.
 */
export function readableFiles(folder: string): OpenForReading {
  return (name) => {
    const file = openIfThere(join(folder, name));
    if (file === undefined) return undefined;
    return {
      read: (bytes, position) => readWhole(file, bytes, position),
      size: () => fstatSync(file).size,
      close: () => closeSync(file),
    };
  };
}

function readWhole(file: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // Its time was over since the query began.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
