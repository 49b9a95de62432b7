import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteCommandProblem } from '@telepat/otto-protocol';
import { SITE_COMMAND_FILES_MAX, SITE_COMMAND_FILE_BYTES_MAX } from '@telepat/otto-protocol/limits';

/**
 * Finds the modules of site commands below a folder: `<site>/<name>.mjs` or `.js`. What begins with a dot or an
 * underline is left to the user, and so is what lies deeper. A folder that is not there has none.
 *
 * With `mustBeOwn`, folders and files count only where nobody but this user can change them, because what is in them
 * runs with this user's rights: they must belong to the user, be writable by nobody else, and be no symbolic links,
 * which could lead to places that are.
 */
export async function findCommandFiles(root: string, { mustBeOwn }: { mustBeOwn: boolean }): Promise<FoundFiles> {
  const found = new CommandFiles(root, mustBeOwn);
  await found.search();
  return { files: found.files, problems: found.problems };
}

/** One search. */
class CommandFiles implements FoundFiles {
  readonly files: CommandFile[] = [];
  readonly problems: SiteCommandProblem[] = [];
  readonly #root: string;
  readonly #mustBeOwn: boolean;

  constructor(root: string, mustBeOwn: boolean) {
    this.#root = root;
    this.#mustBeOwn = mustBeOwn;
  }

  async search(): Promise<void> {
    if (!(await this.#isUsableFolder('.'))) return;
    for (const name of await this.#names('.')) {
      if (await this.#isUsableFolder(name)) await this.#searchSite(name);
      else if (this.#mustBeOwn && IS_MODULE.test(name)) this.problems.push({ file: name, reason: HOMELESS });
    }
  }

  async #searchSite(site: string): Promise<void> {
    for (const name of await this.#names(site)) {
      if (!IS_MODULE.test(name)) continue;
      const file = `${site}/${name}`;
      const facts = await this.#facts(file);
      if (facts === undefined || !this.#isUsable(file, facts) || !facts.isFile()) continue;
      if (facts.size > SITE_COMMAND_FILE_BYTES_MAX) {
        this.problems.push({ file, reason: `is larger than ${SITE_COMMAND_FILE_BYTES_MAX} bytes` });
      } else if (this.files.length >= SITE_COMMAND_FILES_MAX) {
        this.problems.push({ file, reason: `is beyond the first ${SITE_COMMAND_FILES_MAX} files` });
        return;
      } else {
        const version = `${facts.ino}-${facts.size}-${facts.mtimeMs}-${facts.ctimeMs}`;
        this.files.push({ site, file, path: join(this.#root, site, name), version });
      }
    }
  }

  async #isUsableFolder(file: string): Promise<boolean> {
    const facts = await this.#facts(file);
    if (facts === undefined) return false;
    // A link to a folder is none of ours, but whoever made it should hear why.
    if (facts.isSymbolicLink()) return this.#isUsable(file, facts);
    return facts.isDirectory() && this.#isUsable(file, facts);
  }

  /** By name, so that of two with the same command it is always the same one that counts. */
  async #names(folder: string): Promise<string[]> {
    try {
      const names = await readdir(join(this.#root, folder));
      return names.filter((name) => !/^[._]|^node_modules$/.test(name)).sort();
    } catch (error) {
      this.problems.push({ file: folder, reason: `cannot be read: ${messageOf(error)}` });
      return [];
    }
  }

  async #facts(file: string): Promise<Stats | undefined> {
    try {
      return await lstat(join(this.#root, file));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) this.problems.push({ file, reason: `cannot be read: ${messageOf(error)}` });
      return undefined;
    }
  }

  #isUsable(file: string, facts: Stats): boolean {
    const reason = this.#mustBeOwn ? whyNotOwn(facts) : undefined;
    if (reason !== undefined) this.problems.push({ file, reason });
    return reason === undefined;
  }
}

const IS_MODULE = /\.m?js$/;

const HOMELESS = 'belongs into a folder with the name of its site';

/** Windows has other rights, and keeps the folders of users apart by itself. */
function whyNotOwn(facts: Stats): string | undefined {
  if (facts.isSymbolicLink()) return 'is a symbolic link; put the real one here';
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  if (facts.uid !== uid) return 'belongs to another user';
  return (facts.mode & 0o022) === 0 ? undefined : 'can be changed by other users; chmod go-w takes that away';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface FoundFiles {
  readonly files: readonly CommandFile[];
  readonly problems: readonly SiteCommandProblem[];
}

export interface CommandFile {
  /** The name of its folder. */
  readonly site: string;
  /** Below the root, for people. */
  readonly file: string;
  readonly path: string;
  /** Another one when the file was changed. */
  readonly version: string;
}
