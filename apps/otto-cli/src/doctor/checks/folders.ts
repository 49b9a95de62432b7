import { existsSync } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkWritable, unusable } from '../../config/private-file.js';
import type { CommandContext } from '../../context.js';
import type { Finding } from '../finding.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OPEN_TO_OTHERS = 0o077;
const USABLE_BY_OWNER = 0o700;

/** How many names one finding tells. */
const TOLD_MAX = 3;

/** Whether Otto's folders can be written, and are closed to other users with what is in them. */
export async function folders(context: CommandContext): Promise<Finding> {
  const { home, relay } = context.paths;
  const shut = (await Promise.all([home, relay].map(placeAt))).find((place) => place !== undefined && isShut(place));
  if (shut !== undefined) {
    const fix = () => setMode(shut.path, FOLDER_MODE);
    return { level: 'fail', message: `You may not use ${shut.path}.`, remedy: 'otto doctor --fix', fix };
  }
  for (const file of [join(home, 'config.json'), join(relay, 'relay.pid')]) await checkWritable(firstMissing(file));
  if (!existsSync(home)) return { level: 'ok', message: `${home} is not made yet, and can be` };
  return whetherClosed(context);
}

/** Windows has no such modes. */
async function whetherClosed({ paths, io }: CommandContext): Promise<Finding> {
  if (io.platform === 'win32') return { level: 'ok', message: 'as the folder of the user is: Windows has no modes' };
  const all = await Promise.all([paths.home, paths.relay, join(paths.home, 'nodes')].map(placesIn));
  const found = [...new Map(all.flat().map((place) => [place.path, place])).values()];
  const open = found.filter(({ mode }) => (mode & OPEN_TO_OTHERS) !== 0);
  if (open.length === 0) return { level: 'ok', message: `${paths.home} is closed to other users` };
  const names = open.slice(0, TOLD_MAX).map(({ path }) => path);
  const more = open.length > names.length ? ` and ${open.length - names.length} more` : '';
  return {
    level: 'fail',
    message: `Other users may enter or read ${names.join(', ')}${more}.`,
    remedy: 'otto doctor --fix',
    fix: async () => {
      for (const { path, isFolder } of open) await setMode(path, isFolder ? FOLDER_MODE : FILE_MODE);
    },
  };
}

async function setMode(path: string, mode: number): Promise<void> {
  try {
    await chmod(path, mode);
  } catch (error) {
    throw unusable(path, error);
  }
}

function isShut({ mode, isFolder }: Place): boolean {
  return isFolder && (mode & USABLE_BY_OWNER) !== USABLE_BY_OWNER;
}

/** A path, or what has to be made first on the way to it. Looking makes no folder. */
function firstMissing(path: string): string {
  return existsSync(dirname(path)) ? path : firstMissing(dirname(path));
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
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}

interface Place {
  readonly path: string;
  readonly mode: number;
  readonly isFolder: boolean;
}
