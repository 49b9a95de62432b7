import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteCommandProblem } from '@telepat/otto-protocol';
import { SITE_COMMAND_FILES_MAX, SITE_COMMAND_FILE_BYTES_MAX } from '@telepat/otto-protocol/limits';

/**
 * Finds the modules of site commands below a folder: `<site>/<name>.mjs` or `.js`. What begins with a dot or an
 * underline, and what lies deeper, is no command by itself: it is what modules import.
 *
 * With `mustBeOwn`, nothing counts that somebody other than this user could have changed, because it runs with this
 * user's rights: folders, modules and what they may import must belong to the user, be writable by nobody else, and be
 * no symbolic links, which could lead to places that are. Since nobody can tell who imports what, one such file keeps
 * its site from being used, and one that belongs to no site keeps all. Of `node_modules` and of folders that begin with
 * a dot, only the folder itself is looked at.
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
  #entryCount = 0;
  #isFull = false;

  constructor(root: string, mustBeOwn: boolean) {
    this.#root = root;
    this.#mustBeOwn = mustBeOwn;
  }

  async search(): Promise<void> {
    const facts = await this.#facts('.');
    if (facts === undefined || !this.#isOwn('.', facts)) return;
    const names = await this.#names('.');
    const shared = await this.#whole(names.filter((name) => IS_SET_ASIDE.test(name) || IS_CODE.test(name)));
    for (const name of names) if (!IS_SET_ASIDE.test(name)) await this.#searchSite(name, shared);
  }

  async #searchSite(site: string, shared: Whole): Promise<void> {
    const facts = await this.#facts(site);
    if (facts?.isDirectory() !== true) {
      if (facts?.isSymbolicLink() === true && !IS_CODE.test(site)) this.#isOwn(site, facts);
      else if (this.#mustBeOwn && IS_MODULE.test(site)) this.problems.push({ file: site, reason: HOMELESS });
      return;
    }
    if (!this.#isOwn(site, facts)) return;
    const names = await this.#names(site);
    const whole = await this.#whole(names.map((name) => `${site}/${name}`));
    if (!whole.isUsable || !shared.isUsable) return;
    const version = createHash('sha256').update(shared.marks.join()).update(whole.marks.join()).digest('hex');
    for (const name of names) {
      if (IS_MODULE.test(name) && !IS_SET_ASIDE.test(name)) await this.#add({ site, name, version });
    }
  }

  async #add({ site, name, version }: { site: string; name: string; version: string }): Promise<void> {
    const file = `${site}/${name}`;
    const facts = await this.#facts(file);
    if (facts?.isFile() !== true) return;
    if (facts.size > SITE_COMMAND_FILE_BYTES_MAX) {
      this.problems.push({ file, reason: `is larger than ${SITE_COMMAND_FILE_BYTES_MAX} bytes` });
    } else if (this.files.length < SITE_COMMAND_FILES_MAX) {
      this.files.push({ site, file, path: join(this.#root, site, name), version });
    } else if (!this.#isFull) {
      this.#isFull = true;
      this.problems.push({ file, reason: `is beyond the first ${SITE_COMMAND_FILES_MAX} files` });
    }
  }

  /** Whether nothing of it could have been changed by others, and marks that are others when it was changed. */
  async #whole(files: readonly string[]): Promise<Whole> {
    let isUsable = true;
    const marks: string[] = [];
    for (const file of files) {
      const facts = await this.#facts(file);
      if (facts === undefined || IS_LOCK_OF_EDITOR.test(file)) continue;
      if ((this.#entryCount += 1) > COMMAND_FOLDER_ENTRIES_MAX) {
        this.problems.push({ file, reason: `is beyond the first ${COMMAND_FOLDER_ENTRIES_MAX} files and folders` });
        return { isUsable: false, marks };
      }
      const mayRun = facts.isDirectory() || facts.isSymbolicLink() || IS_CODE.test(file);
      if (!mayRun) continue;
      if (!this.#isOwn(file, facts)) isUsable = false;
      else if (facts.isDirectory() && !IS_CLOSED.test(file)) {
        const inside = await this.#whole((await this.#names(file)).map((name) => `${file}/${name}`));
        isUsable &&= inside.isUsable;
        marks.push(...inside.marks);
        continue;
      }
      // A folder that begins with a dot changes without any meaning, as that of a version control does.
      if (!(facts.isDirectory() && IS_HIDDEN.test(file))) marks.push(markOf(file, facts));
    }
    return { isUsable, marks };
  }

  /** By name, so that of two with the same command it is always the same one that counts. */
  async #names(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.#root, folder))).sort();
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

  #isOwn(file: string, facts: Stats): boolean {
    const reason = this.#mustBeOwn ? whyNotOwn(facts) : undefined;
    if (reason !== undefined) this.problems.push({ file, reason });
    return reason === undefined;
  }
}

/** So many files and folders are looked at, each time; `node_modules` counts as one. */
export const COMMAND_FOLDER_ENTRIES_MAX = 2_000;

/** No site, and no command. */
const IS_SET_ASIDE = /^[._]|^node_modules$/;

/** What an import can lead to. */
const IS_CODE = /\.([cm]?[jt]sx?|json|node|wasm)$/;

/** Folders that are not looked into. */
const IS_CLOSED = /(^|\/)(\.[^/]*|node_modules)$/;

const IS_HIDDEN = /(^|\/)\.[^/]*$/;

/** A link to nowhere that Emacs puts beside what it edits. */
const IS_LOCK_OF_EDITOR = /(^|\/)\.#[^/]*$/;

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

function markOf(file: string, { ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${file} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Whole {
  readonly isUsable: boolean;
  readonly marks: readonly string[];
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
  /** Another one when the file was changed, or anything of its folder that it may import. */
  readonly version: string;
}
