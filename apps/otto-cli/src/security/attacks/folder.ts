import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotPlayable, verdict, type Attack, type Verdict } from '../attack.js';
import type { Target } from '../target.js';

/** Rights of the group and of everybody else. */
const OPEN_TO_OTHERS = 0o077;

/** What another user of the machine can try. */
export const FOLDER_ATTACKS: readonly Attack[] = [
  { name: 'open-folder', tries: 'read secrets and log in the folder of the relay as another user', play: lookAround },
];

async function lookAround({ options: { folder, platform } }: Target): Promise<Verdict> {
  if (platform === 'win32') throw new NotPlayable('Windows has no modes; the folder has the rights of the profile');
  if (((await stat(folder)).mode & OPEN_TO_OTHERS) !== 0) return verdict(false, `${folder} is open to others`);
  for (const name of await readdir(folder)) {
    const facts = await stat(join(folder, name)).catch(goneMeanwhile);
    if (facts?.isFile() === true && (facts.mode & OPEN_TO_OTHERS) !== 0)
      return verdict(false, `${name} is open to others`);
  }
  return verdict(true, 'the folder and every file are its owner’s alone');
}

/** The relay renames files while it runs. */
function goneMeanwhile(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
