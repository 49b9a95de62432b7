import { fileURLToPath, pathToFileURL } from 'node:url';
import { OttoError, type SiteCommandProblem } from '@telepat/otto-protocol';
import { SITE_COMMAND_MESSAGE_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import { SiteCommandRegistry, type SiteCommand, type SiteCommandSource } from '@telepat/otto-node-runtime';
import { findCommandFiles, type CommandFile } from './command-files.js';
import type { Environment } from './environment.js';
import { PlugInThread, type ThreadOptions } from './plug-in-thread.js';
import { commandsOfModule } from './site-module.js';
import { threadedCommand } from './threaded-command.js';

/**
 * The site commands in files: a user's own, and those that came with the node. They are looked at for each command, and
 * what was changed since is read again; so is what could not be used, because what it lacks may be there by now. A file
 * that cannot be used is told of, and keeps no other from being used: who wants one site waits for the files of no
 * other, and a file that did not load in time is tried again while nobody waits.
 */
export class FileSiteCommands implements SiteCommandSource {
  readonly #options: FileSiteCommandOptions;
  readonly #thread: ThreadOptions;
  readonly #known = new Map<string, KnownFile>();
  /** Of the last look, by path. */
  #versions: ReadonlyMap<string, string> = new Map();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #looking = new Map<string | undefined, Promise<SiteCommandRegistry>>();
  #retrying: Promise<void> | undefined;
  #told: ReadonlySet<string> = new Set();

  constructor(options: FileSiteCommandOptions) {
    this.#options = options;
    this.#thread = { worker: new URL('worker.mjs', options.bundled), env: options.env };
  }

  /** Commands that come at the same time for the same site share one look. */
  current({ site }: { readonly site?: string }): Promise<SiteCommandRegistry> {
    const shared = this.#looking.get(site);
    if (shared !== undefined) return shared;
    const look = this.#look(site).finally(() => this.#looking.delete(site));
    this.#looking.set(site, look);
    return look;
  }

  async #look(site: string | undefined): Promise<SiteCommandRegistry> {
    const own = await findCommandFiles(this.#options.folder, { mustBeOwn: true });
    const bundled = await findCommandFiles(fileURLToPath(this.#options.bundled), { mustBeOwn: false });
    const files = [...own.files.map(originOf('user')), ...bundled.files.map(originOf('bundled'))];
    this.#versions = new Map(files.map(({ path, version }) => [path, version]));
    for (const path of this.#known.keys()) if (!this.#versions.has(path)) this.#known.delete(path);
    const wanted = files.filter((file) => site === undefined || file.site === site);
    await this.#read(wanted);

    const problems = [...own.problems, ...bundled.problems];
    const commands = new Map<string, { command: SiteCommand; file: string }>();
    for (const file of files) problems.push(...this.#addTo(commands, file, { isWanted: wanted.includes(file) }));
    this.#tell(problems);
    return new SiteCommandRegistry(
      [...commands.values()].map(({ command }) => command),
      problems,
    );
  }

  /** Of a user's own and a bundled one with the same name, the user's counts; of two of the same origin, the first. */
  #addTo(
    commands: Map<string, { command: SiteCommand; file: string }>,
    file: OriginatedFile,
    { isWanted }: { isWanted: boolean },
  ): SiteCommandProblem[] {
    const known = this.#known.get(file.path);
    if (known?.version !== file.version) return isWanted ? [{ file: file.file, reason: this.#late().message }] : [];
    if (known.reason !== undefined) return [{ file: file.file, reason: known.reason }];
    const problems: SiteCommandProblem[] = [];
    for (const command of known.commands) {
      const name = `${command.site} ${command.id}`;
      const other = commands.get(name);
      if (other === undefined) commands.set(name, { command, file: file.file });
      else if (other.command.origin === command.origin) {
        problems.push({ file: file.file, reason: `${command.id}: is in ${other.file} already` });
      }
    }
    return problems;
  }

  /** Reads what has to be read, a few at a time, and waits for it as long as is reasonable. */
  async #read(files: readonly OriginatedFile[]): Promise<void> {
    const due = files.filter((file) => this.#isDue(file));
    this.#retry(files.filter((file) => this.#isLate(file)));
    await within(READS_WAITED_FOR * this.#readMsMax, this.#readEach(due, THREADS_MAX));
  }

  #isDue(file: OriginatedFile): boolean {
    const known = this.#known.get(file.path);
    if (known?.version !== file.version) return true;
    return known.reason !== undefined && !this.#isLate(file);
  }

  /** What comes with the node never waits for ever: where it was late, the machine was busy. */
  #isLate({ path, version, origin }: OriginatedFile): boolean {
    const known = this.#known.get(path);
    return known?.version === version && known.lateAt !== undefined && origin === 'user';
  }

  /** One after another, and not again and again: a module that never ends takes a processor for as long as it is given. */
  #retry(files: readonly OriginatedFile[]): void {
    const { restMs = REST_MS } = this.#options;
    const rested = files.filter(({ path }) => performance.now() - (this.#known.get(path)?.lateAt ?? 0) >= restMs);
    if (rested.length === 0) return;
    this.#retrying ??= this.#readEach(rested, 1).finally(() => (this.#retrying = undefined));
  }

  async #readEach(files: readonly OriginatedFile[], threads: number): Promise<void> {
    const waiting = files.values();
    const readers = Array.from({ length: threads }, async () => {
      for (const file of waiting) await this.#readOnce(file);
    });
    await Promise.all(readers);
  }

  #readOnce(file: OriginatedFile): Promise<void> {
    const key = `${file.path} ${file.version}`;
    const reading =
      this.#reading.get(key) ??
      this.#describe(file).then((known) => {
        this.#reading.delete(key);
        if (this.#versions.get(file.path) === file.version) this.#known.set(file.path, known);
      });
    this.#reading.set(key, reading);
    return reading;
  }

  async #describe(file: OriginatedFile): Promise<KnownFile> {
    const { path, site, version, origin } = file;
    try {
      const described = commandsOfModule(await this.#described(path));
      const stranger = described.find((command) => command.site !== site);
      if (stranger !== undefined) throw new Error(`site: is ${stranger.site}, and the folder is ${site}`);
      const home = { path, thread: this.#thread, origin };
      return { version, commands: described.map((command) => threadedCommand(command, home)) };
    } catch (error) {
      const lateAt =
        error instanceof OttoError && error.code === 'command_timed_out' ? { lateAt: performance.now() } : {};
      return { version, commands: [], reason: reasonOf(error), ...lateAt };
    }
  }

  async #described(path: string): Promise<unknown> {
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(this.#late()), this.#readMsMax);
    try {
      const thread = new PlugInThread(this.#thread, NO_CALLS);
      const json = await thread.run({ kind: 'describe', module: pathToFileURL(path).href }, given.signal);
      return JSON.parse(json ?? 'null');
    } finally {
      clearTimeout(timer);
    }
  }

  get #readMsMax(): number {
    return this.#options.readMsMax ?? READ_MS_MAX;
  }

  #late(): OttoError {
    return new OttoError('command_timed_out', { message: `did not load within ${this.#readMsMax} ms` });
  }

  /** Each once, and again when it was away meanwhile. */
  #tell(problems: readonly SiteCommandProblem[]): void {
    const keyOf = ({ file, reason }: SiteCommandProblem): string => JSON.stringify([file, reason]);
    for (const problem of problems) if (!this.#told.has(keyOf(problem))) this.#options.onProblem?.(problem);
    this.#told = new Set(problems.map(keyOf));
  }
}

/** Threads that read at a time. */
const THREADS_MAX = 4;

const READ_MS_MAX = 10_000;

/** So many times that, a look waits for what it reads; the rest goes on, and is there for the next one. */
const READS_WAITED_FOR = 2;

/** Before a module that did not load in time is tried again. */
const REST_MS = 30_000;

/** While a module is read, it has no page, and nobody hears it. */
const NO_CALLS = { call: () => Promise.reject(new OttoError('action_not_supported')), log: () => {} };

/** Waits for work, but no longer than so many milliseconds. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

function originOf(origin: OriginatedFile['origin']): (file: CommandFile) => OriginatedFile {
  return (file) => ({ ...file, origin });
}

function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const text = name === 'SyntaxError' ? `${name}: ${message} (node --check says where)` : message;
  return text.slice(0, SITE_COMMAND_MESSAGE_LENGTH_MAX);
}

export interface FileSiteCommandOptions {
  /** A user's own; it need not be there. */
  readonly folder: string;
  /** The folder of those that came with the node, with the program of their threads; its URL ends with `/`. */
  readonly bundled: URL;
  readonly env: Environment;
  /** How long a module may take to load. Default 10,000. */
  readonly readMsMax?: number;
  /** How long a module that did not load in time is left alone. Default 30,000. */
  readonly restMs?: number;
  /** Told of each file that cannot be used. */
  readonly onProblem?: (problem: SiteCommandProblem) => void;
}

interface OriginatedFile extends CommandFile {
  readonly origin: NonNullable<SiteCommand['origin']>;
}

/** What is known of one version of a file. */
interface KnownFile {
  readonly version: string;
  readonly commands: readonly SiteCommand[];
  /** Why it cannot be used. */
  readonly reason?: string;
  /** When it was given up, where it did not load in time. */
  readonly lateAt?: number;
}
