import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORES, startProgram } from '../program.mjs';
import { Subject } from './subject.mjs';

const BURDENS = {
  heavy: new URL('../load/heavy-process.mjs', import.meta.url),
  http: new URL('../load/http-process.mjs', import.meta.url),
  idle: new URL('../load/idle-process.mjs', import.meta.url),
};

/** What the rows of one run share: how thorough it is, where files are, what runs, and what the logs held. */
export class BenchWorld {
  isShort;
  #say;
  #profileFolder;
  #folder = mkdtempSync(join(tmpdir(), 'otto-bench-'));
  #folderCount = 0;
  /** Of those who have ended. @type {string[]} */
  #leftFolders = [];
  /** @type {Subject[]} */
  #subjects = [];
  /** Of the short run, by what they were asked to be. @type {Map<string, Subject>} */
  #shared = new Map();
  /** @type {import('../program.mjs').Program[]} */
  #programs = [];
  logs = { commands: 0, missing: 0 };

  /** @param {{ isShort: boolean, profileFolder: string | undefined, say: (text: string) => void }} options */
  constructor({ isShort, profileFolder, say }) {
    this.isShort = isShort;
    this.#say = say;
    this.#profileFolder = profileFolder;
  }

  /**
   * A size of the full run, or of the short one.
   * @template T
   * @param {T} full
   * @param {T} short
   */
  size(full, short) {
    return this.isShort ? short : full;
  }

  /** How often a pair is measured, one after the other. */
  get roundCount() {
    return this.size(9, 5);
  }

  /** For how long a server is kept busy in each round. */
  get roundMs() {
    return this.size(2_000, 150);
  }

  /** @param {string} text */
  say(text) {
    this.#say(text);
  }

  newFolder() {
    return join(this.#folder, String(this.#folderCount++));
  }

  /**
   * @param {import('./subject.mjs').Kind} kind
   * @param {Omit<import('./subject.mjs').SubjectOptions, 'kind' | 'folder'> & { folder?: string }} [options]
   */
  async open(kind, options = {}) {
    const profiling = this.#profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.#profileFolder}`];
    const execArgv = [...profiling, ...(options.execArgv ?? [])];
    const subject = await Subject.open({ folder: this.newFolder(), ...options, kind, execArgv });
    this.#subjects.push(subject);
    return subject;
  }

  /**
   * The same, for rows that leave nothing behind: in the short run they share it, because to start one takes longer than
   * to measure it.
   * @param {import('./subject.mjs').Kind} kind
   * @param {{ controllers?: number, nodes?: number, others?: number }} [sizes]
   */
  async share(kind, sizes = {}) {
    if (!this.isShort) return this.open(kind, sizes);
    const key = JSON.stringify([kind, sizes]);
    const subject = this.#shared.get(key) ?? (await this.open(kind, sizes));
    this.#shared.set(key, subject);
    this.#subjects = this.#subjects.filter((other) => other !== subject);
    return subject;
  }

  /**
   * One more process that is a burden to what is measured.
   * @param {keyof typeof BURDENS} name
   */
  startLoad(name) {
    return this.start(BURDENS[name]);
  }

  /**
   * @param {URL} url
   * @param {Record<string, string>} [env]
   */
  start(url, env = {}) {
    // It shares its core with the load whose round trips are measured, which must not wait for it.
    const program = startProgram(url, env, { core: CORES.load, givesWay: true });
    this.#programs.push(program);
    return program;
  }

  /** Ends what a row has started, and removes its files: a million commands leave a gigabyte. */
  async endRow() {
    await this.endSubjects();
    for (const folder of this.#leftFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  /** Ends whatever still runs, and removes every file. */
  async close() {
    this.#subjects.push(...this.#shared.values());
    await this.endSubjects();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends what was started, those who come from outside first, and counts the entries that commands have left. */
  async endSubjects() {
    await Promise.all(this.#programs.splice(0).map((program) => program.stop()));
    for (const subject of this.#subjects.splice(0)) {
      const { commands, missing } = await subject.close();
      this.logs.commands += commands;
      this.logs.missing += missing;
      this.#leftFolders.push(subject.folder);
    }
  }
}
