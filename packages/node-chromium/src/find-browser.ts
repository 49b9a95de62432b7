import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { BROWSER_COMMANDS, BROWSER_PLACES, browserPlatform, type BrowserPlatform } from './browser-places.js';
import type { Environment } from './environment.js';

/**
 * The browser that is installed here: the chosen one (`browserPath`, else `OTTO_BROWSER`), else the first of the
 * usual places. Undefined when none is installed.
 * @throws OttoError `browser_not_found` when one was chosen that cannot be executed; no other is taken in its place.
 */
export async function findBrowser(options: FindBrowserOptions): Promise<string | undefined> {
  const isExecutable = options.isExecutable ?? isExecutableFile;
  const chosen = chosenBrowser(options);
  if (chosen !== undefined) {
    if (await isExecutable(chosen.path)) return chosen.path;
    throw new OttoError('browser_not_found', {
      message: `${chosen.by} names ${chosen.path}, which is not a file that can be executed.`,
      actionableHint: `Correct ${chosen.by}, or leave it out to use the browser that is installed.`,
    });
  }

  const platform = browserPlatform(options.platform);
  if (platform === undefined) return undefined;
  for (const path of candidates(platform, options.env)) if (await isExecutable(path)) return path;
  return undefined;
}

function chosenBrowser({ browserPath, env }: FindBrowserOptions): { path: string; by: string } | undefined {
  if (browserPath !== undefined) return { path: browserPath, by: 'The browser path' };
  const path = env['OTTO_BROWSER']?.trim();
  return path === undefined || path === '' ? undefined : { path, by: 'OTTO_BROWSER' };
}

function candidates(platform: BrowserPlatform, env: Environment): string[] {
  const places = BROWSER_PLACES[platform].flatMap((place) => filledIn(place, env) ?? []);
  const path = platform === 'win32' ? win32 : posix;
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...places, ...BROWSER_COMMANDS[platform].flatMap((name) => folders.map((folder) => path.join(folder, name)))];
}

/** A place with its variables replaced; undefined when one of them is not set. */
function filledIn(place: string, env: Environment): string | undefined {
  const [, name, rest] = /^%([^%]+)%(.*)$/.exec(place) ?? [];
  if (name === undefined || rest === undefined) return place;
  const value = env[name] ?? env[Object.keys(env).find((key) => key.toUpperCase() === name) ?? name];
  return value === undefined || value === '' ? undefined : value + rest;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Whatever the reason (absent, unreadable folder, no right to run it): it cannot be the browser.
    return false;
  }
}

export interface FindBrowserOptions {
  /** A choice that goes before `OTTO_BROWSER`. */
  readonly browserPath?: string;
  readonly env: Environment;
  readonly platform: string;
  readonly isExecutable?: (path: string) => Promise<boolean>;
}
