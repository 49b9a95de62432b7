import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../daemon/is-alive.js';

/** What processes that are gone have left beside a file while they wrote it: it may hold what the file holds, or held. */
export async function sweepDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  const beside = `${basename(path)}.`;
  // Whatever cannot be looked at or taken away now is for the next time: the file itself is written.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(beside) ? DRAFT.exec(name.slice(beside.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** As `besideOf` names them. */
const DRAFT = /^(\d+)-[0-9a-f]{8}\.(?:tmp|probe|left)$/;
