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
 * what was changed since is read again. A file that cannot be used is told of, and keeps no other from being used.
 */
export class FileSiteCommands implements SiteCommandSource {
  readonly #options: FileSiteCommandOptions;
  readonly #thread: ThreadOptions;
  #known: ReadonlyMap<string, KnownFile> = new Map();
  #told: ReadonlySet<string> = new Set();
  #looking: Promise<SiteCommandRegistry> | undefined;

  constructor(options: FileSiteCommandOptions) {
    this.#options = options;
    this.#thread = { worker: new URL('worker.mjs', options.bundled), env: options.env };
  }

  /** Commands that come at the same time share one look. */
  current(): Promise<SiteCommandRegistry> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<SiteCommandRegistry> {
    const own = await findCommandFiles(this.#options.folder, { mustBeOwn: true });
    const bundled = await findCommandFiles(fileURLToPath(this.#options.bundled), { mustBeOwn: false });
    const files = [...own.files.map(originOf('user')), ...bundled.files.map(originOf('bundled'))];
    this.#known = await this.#read(files);

    const problems = [...own.problems, ...bundled.problems];
    const commands = new Map<string, { command: SiteCommand; file: string }>();
    for (const file of files) problems.push(...this.#addTo(commands, file));
    this.#tell(problems);
    return new SiteCommandRegistry(
      [...commands.values()].map(({ command }) => command),
      problems,
    );
  }

  /** Of a user's own and a bundled one with the same name, the user's counts; of two of the same origin, the first. */
  #addTo(commands: Map<string, { command: SiteCommand; file: string }>, file: OriginatedFile): SiteCommandProblem[] {
    const known = this.#known.get(file.path);
    if (known === undefined) return [];
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

  /** What is new or was changed is read, a few at a time. */
  async #read(files: readonly OriginatedFile[]): Promise<ReadonlyMap<string, KnownFile>> {
    const read = new Map<string, KnownFile>();
    const waiting = files.values();
    const readers = Array.from({ length: THREADS_MAX }, async () => {
      for (const file of waiting) {
        const known = this.#known.get(file.path);
        read.set(file.path, known?.version === file.version ? known : await this.#describe(file));
      }
    });
    await Promise.all(readers);
    return read;
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
      return { version, commands: [], reason: reasonOf(error) };
    }
  }

  async #described(path: string): Promise<unknown> {
    const given = new AbortController();
    const { readMsMax = READ_MS_MAX } = this.#options;
    const late = new OttoError('command_timed_out', { message: `did not load within ${readMsMax} ms` });
    const timer = setTimeout(() => given.abort(late), readMsMax);
    try {
      const thread = new PlugInThread(this.#thread, NO_CALLS);
      const json = await thread.run({ kind: 'describe', module: pathToFileURL(path).href }, given.signal);
      return JSON.parse(json ?? 'null');
    } finally {
      clearTimeout(timer);
    }
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

/** While a module is read, it has no page, and nobody hears it. */
const NO_CALLS = { call: () => Promise.reject(new OttoError('action_not_supported')), log: () => {} };

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
}
