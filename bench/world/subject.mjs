import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forwarderAccess, relayAccess } from '../access.mjs';
import { CORES, startProgram } from '../program.mjs';
import { DAEMON_NODE_OPTIONS } from './daemon-v8.mjs';
import { ENTRY_TYPES, entriesIn } from './log-tally.mjs';

const PROGRAMS = {
  relay: new URL('../relay-process.mjs', import.meta.url),
  forwarder: new URL('../forwarder-process.mjs', import.meta.url),
  load: new URL('../load/load-process.mjs', import.meta.url),
};

/** Within this time entries are written down. */
const LOG_MS_MAX = 20;

/** One server with its load, each a process on a core of its own. */
export class Subject {
  name;
  port;
  folder;
  access;
  server;
  #load;
  #hasLog;
  #commands = 0;
  /** What must be in the log when it is over, with what was there before. */
  #expected;

  /** @param {SubjectParts} parts */
  constructor({ name, port, folder, access, server, load, hasLog, entries }) {
    this.name = name;
    this.port = port;
    this.folder = folder;
    this.access = access;
    this.server = server;
    this.#load = load;
    this.#hasLog = hasLog;
    this.#expected = { ...entries };
  }

  /**
   * @param {SubjectOptions} options
   * @returns {Promise<Subject>}
   */
  static async open({ kind, folder, env = {}, execArgv = [], controllers = 4, nodes = 4, others = 0 }) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [isRelay, hasNullLog] = [kind !== 'forwarder', kind === 'relay without log'];
    const entries = await entriesIn(folder);
    const environment = { ...env, OTTO_LOG_DIR: folder };
    const server = startProgram(PROGRAMS[isRelay ? 'relay' : 'forwarder'], environment, {
      // Both run as `otto start` runs the relay.
      execArgv: [...DAEMON_NODE_OPTIONS, ...execArgv],
      core: CORES.server,
    });
    const load = startProgram(PROGRAMS.load, {}, { core: CORES.load });
    try {
      const { port } = await server.ask({ type: 'start', hasNullLog });
      const sizes = { controllers: controllers + others, nodes: nodes + (others > 0 ? 1 : 0) };
      const access = isRelay ? await relayAccess(port, folder, sizes) : forwarderAccess(sizes);
      const subject = new Subject({
        name: kind,
        port,
        folder,
        access,
        server,
        load,
        hasLog: isRelay && !hasNullLog,
        entries,
      });
      const own = { nodes: access.nodes.slice(0, nodes), controllers: access.controllers.slice(0, controllers) };
      await load.ask({ type: 'connect', url: subject.url, access: own });
      return subject;
    } catch (error) {
      await Promise.all([load.stop(), server.stop()]);
      throw error;
    }
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /**
   * So much that everything is compiled and has grown to its size, unless there was as much before.
   * @param {import('../load/command-run.mjs').RunPlan & { count: number }} plan
   */
  async warmUp(plan) {
    if (this.#commands < plan.count) await this.run(plan);
  }

  /**
   * A stretch of load, and what it took of the server's processor.
   * @param {import('../load/command-run.mjs').RunPlan} plan
   * @returns {Promise<Figures>}
   */
  async run(plan) {
    const before = await this.cpuMicros();
    const figures = await this.#load.ask({ type: 'run', ...plan });
    // The log of the last commands is part of them.
    await sleep(LOG_MS_MAX);
    const cpuMicros = ((await this.cpuMicros()) - before) / figures.commands;
    return this.#counted({ ...figures, cpuMicros });
  }

  /**
   * The same load for as long as something else goes on.
   * @param {import('../load/command-run.mjs').RunPlan} plan
   * @param {() => Promise<unknown>} act
   * @returns {Promise<import('../load/command-run.mjs').RunFigures>}
   */
  async runWhile(plan, act) {
    await this.#load.ask({ type: 'begin', ...plan });
    await act();
    return this.#counted(await this.#load.ask({ type: 'end' }));
  }

  /**
   * What else the load can do.
   * @param {import('../program.mjs').Question} question
   */
  async askLoad(question) {
    return this.#load.ask(question);
  }

  /**
   * More that must be found in the log.
   * @param {Partial<import('./log-tally.mjs').EntryCounts>} counts
   */
  expectEntries(counts) {
    this.#commands += counts.command_routed ?? 0;
    for (const type of ENTRY_TYPES) this.#expected[type] += counts[type] ?? 0;
  }

  /** What the server has used of the processor so far. @returns {Promise<number>} */
  async cpuMicros() {
    return (await this.server.ask({ type: 'cpu' })).cpuMicros;
  }

  /** Physical memory of the server. @returns {Promise<number>} */
  async rssBytes() {
    return (await this.server.ask({ type: 'memory' })).rssBytes;
  }

  /** Bytes on disk of the entries of a command, while it runs with nothing else in its log. */
  async logBytesPerCommand() {
    const files = readdirSync(this.folder).filter((name) => name.startsWith('operations-'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(this.folder, name)).size, 0);
    return bytes / this.#commands;
  }

  /** Stops both, and says what the log lacks. @returns {Promise<LogCheck>} */
  async close() {
    await this.#load.stop();
    await this.server.stop();
    if (!this.#hasLog) return { commands: 0, missing: 0 };
    const found = await entriesIn(this.folder);
    const missing = ENTRY_TYPES.reduce((sum, type) => sum + Math.abs(this.#expected[type] - found[type]), 0);
    return { commands: this.#commands, missing };
  }

  /**
   * @template {import('../load/command-run.mjs').RunFigures} Run
   * @param {Run} figures
   */
  #counted(figures) {
    const { commands, queued } = figures;
    this.expectEntries({ command_routed: commands, command_queued: queued, result: commands });
    return figures;
  }
}

/** @typedef {import('../load/command-run.mjs').RunFigures & { cpuMicros: number }} Figures */
/** @typedef {'relay' | 'forwarder' | 'relay without log'} Kind */
/** @typedef {import('../program.mjs').Program} Program */

/**
 * Commands that left their entries in the log, and how many entries are lacking or too many.
 * @typedef {{ commands: number, missing: number }} LogCheck
 */

/**
 * `others` are controllers that this load does not use; with them comes one more node.
 * @typedef {{ kind: Kind, folder: string, env?: Record<string, string>, execArgv?: string[], controllers?: number,
 *   nodes?: number, others?: number }} SubjectOptions
 */

/**
 * @typedef {{ name: Kind, port: number, folder: string, access: import('../access.mjs').LoadAccess, server: Program,
 *   load: Program, hasLog: boolean, entries: import('./log-tally.mjs').EntryCounts }} SubjectParts
 */
