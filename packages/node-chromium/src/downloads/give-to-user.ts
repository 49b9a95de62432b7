import { constants, copyFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, parse } from 'node:path';
import { safeFileName } from '@telepat/otto-node-runtime';
import type { Environment } from '../environment.js';
import type { PageDownload } from './page-download.js';

/**
 * Puts what a user's own tab downloads where the user looks for it, under its own name, when it is complete. A file of
 * that name that is there already stays as it is.
 */
export async function giveToUser(download: PageDownload, folder: string): Promise<void> {
  const { state } = await download.ended;
  if (state !== 'completed') return;
  await mkdir(folder, { recursive: true });
  const { name, ext } = parse(safeFileName(download.fileName));
  for (let number = 0; number < SAME_NAMES_MAX; number += 1) {
    const path = join(folder, number === 0 ? name + ext : `${name} (${number})${ext}`);
    if (await isCopied(download.path, path)) return;
  }
}

/** The folder in which browsers put downloads, unless they were told otherwise; undefined for a user without a home. */
export async function userDownloadsFolder(env: Environment, homeOf = homedir): Promise<string | undefined> {
  const home = homeOrNone(homeOf);
  if (home === undefined) return undefined;
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  // Where there is no such file, nothing was chosen.
  const chosen = await readFile(join(config, 'user-dirs.dirs'), 'utf8').catch(() => '');
  const folder = /^XDG_DOWNLOAD_DIR="(.+)"$/m.exec(chosen)?.[1];
  return folder?.replace(/^\$HOME(?=\/|$)/, () => home) ?? join(home, 'Downloads');
}

/** Whoever is not in the system's list of users has none. */
function homeOrNone(homeOf: () => string): string | undefined {
  try {
    return homeOf() || undefined;
  } catch {
    // Then downloads stay where commands find them.
    return undefined;
  }
}

const SAME_NAMES_MAX = 1_000;

async function isCopied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
