import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../finding.js';

const MIB = 1_048_576;

/** Below that a log and a browser profile have no room for long. */
const COMFORTABLE_BYTES = 1_024 * MIB;

/** Below that the relay may not be able to write what it must. */
const NEEDED_BYTES = 100 * MIB;

/** Whether there is room where Otto keeps its things. */
export async function diskSpace(folder: string): Promise<Finding> {
  const place = nearestExisting(folder);
  const { bavail, bsize } = await statfs(place);
  return roomFinding(bavail * bsize, place);
}

/** What so much room means. */
export function roomFinding(freeBytes: number, place: string): Finding {
  const message = `${Math.floor(freeBytes / MIB)} MiB are free at ${place}`;
  if (freeBytes >= COMFORTABLE_BYTES) return { level: 'ok', message };
  return { level: freeBytes < NEEDED_BYTES ? 'fail' : 'warn', message: `Only ${message}.`, remedy: `df -h ${place}` };
}

function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}
