import { stat, realpath, writeFile } from 'node:fs/promises';
import { replaceFile } from '../config/replace-file.js';

const MODE_OF_NEW = 0o666;

/**
 * Writes a picture for the user. One that was there before stays whole when there is no room for the new one. What is no
 * file, such as `/dev/stdout`, and a file in a folder where nothing new may be made, are written as they are.
 */
export async function writePicture(path: string, picture: Uint8Array): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return writeFile(path, picture);
  try {
    await replaceFile(before === undefined ? path : await realpath(path), picture, before?.mode ?? MODE_OF_NEW);
  } catch (error) {
    if (before === undefined || !isForbidden(error)) throw error;
    await writeFile(path, picture);
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}
