import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { shellWord } from '../../shell-word.js';
import type { Finding } from '../finding.js';

const MIB = 1_048_576;

/** Below that a log and a browser profile have no room for long. */
const COMFORTABLE_BYTES = 1_024 * MIB;

/** Below that the relay may not be able to write what it must. */
const NEEDED_BYTES = 100 * MIB;

/** Whether there is room where Otto keeps its things, which may be on several disks: the fullest is told. */
export async function diskSpace(folders: readonly string[]): Promise<Finding> {
  const rooms = await Promise.all(folders.map(roomAt));
  const { free, place } = rooms.reduce((fullest, room) => (room.free < fullest.free ? room : fullest));
  return roomFinding(free, place);
}

async function roomAt(folder: string): Promise<{ free: number; place: string }> {
  const place = nearestExisting(folder);
  const { bavail, bsize } = await statfs(place);
  return { free: bavail * bsize, place };
}

/** What so much room means. */
export function roomFinding(freeBytes: number, place: string): Finding {
  const message = `${Math.floor(freeBytes / MIB)} MiB are free at ${place}`;
  if (freeBytes >= COMFORTABLE_BYTES) return { level: 'ok', message };
  return {
    level: freeBytes < NEEDED_BYTES ? 'fail' : 'warn',
    message: `Only ${message}.`,
    remedy: `df -h ${shellWord(place)}`,
  };
}

function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}
