import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OPEN_TO_OTHERS = 0o077;

/** How many names one finding tells. */
const TOLD_MAX = 3;

/** Whether Otto's folders and what is in them are closed to other users. Windows has no such modes. */
export async function folders({ paths, io }: CommandContext): Promise<Finding> {
  if (io.platform === 'win32') return { level: 'ok', message: 'as the folder of the user is: Windows has no modes' };
  const found = [...(await placesIn(paths.home)), ...(await placesIn(paths.relay))];
  const open = found.filter(({ mode }) => (mode & OPEN_TO_OTHERS) !== 0);
  if (open.length === 0) return { level: 'ok', message: `${paths.home} is closed to other users` };
  const names = open.slice(0, TOLD_MAX).map(({ path }) => path);
  const more = open.length > names.length ? ` and ${open.length - names.length} more` : '';
  return {
    level: 'fail',
    message: `Other users may enter or read ${names.join(', ')}${more}.`,
    remedy: 'otto doctor --fix',
    fix: async () => {
      for (const { path, isFolder } of open) await chmod(path, isFolder ? FOLDER_MODE : FILE_MODE);
    },
  };
}

/** A folder and what lies in it; nothing when there is none. Links are left alone: what they name is not ours. */
async function placesIn(folder: string): Promise<Place[]> {
  const own = await placeAt(folder);
  if (own?.isFolder !== true) return [];
  const inside = await Promise.all((await readdir(folder)).map((name) => placeAt(join(folder, name))));
  return [own, ...inside.filter((place) => place !== undefined)];
}

async function placeAt(path: string): Promise<Place | undefined> {
  try {
    const facts = await lstat(path);
    if (!facts.isDirectory() && !facts.isFile()) return undefined;
    return { path, mode: facts.mode, isFolder: facts.isDirectory() };
  } catch (error) {
    // Not made yet, or gone meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

interface Place {
  readonly path: string;
  readonly mode: number;
  readonly isFolder: boolean;
}
