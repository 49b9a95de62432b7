import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { OttoError, RemoteError, isObject } from '@telepat/otto-protocol';
import type { Environment } from '../io.js';

/** How long a process may take to end in order. */
const STOP_MS_MAX = 8_000;

/** What is kept of stderr, to tell why a process ended. */
const STDERR_CHARS_MAX = 2_000;

/**
 * An `otto` command that runs beside this process and reports in lines of JSON. It ends with this process, whatever
 * becomes of that, because it holds a channel to it. It has a process group of its own: Ctrl+C goes to the demo alone,
 * which then ends everything in order.
 */
export class OttoProcess {
  readonly #child: ChildProcess;
  readonly #lines: Record<string, unknown>[] = [];
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #wake = () => {};
  #stderr = '';

  constructor(words: readonly string[], options: { entry: string; env: Environment; cwd: string }) {
    this.#child = spawn(process.execPath, [options.entry, ...words, '--json'], {
      cwd: options.cwd,
      env: options.env,
      // On Windows that would open a console window.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    });
    this.#ended = this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * The next line for which `isWanted` holds; lines before it are left out.
   *
   * @throws OttoError as the process reported it, or `start_failed` when it ended without a word
   */
  async line(
    isWanted: (line: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
        if (isObject(line['error'])) throw reported(line['error']);
        if (isWanted(line)) return line;
      }
      if (this.#hasEnded)
        throw new OttoError('start_failed', { message: `A process of the demo ended: ${this.#stderr.trim()}` });
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Ends the process, in order if it can, and resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await this.#ended;
    clearTimeout(timer);
  }

  async #watch(): Promise<void> {
    const { stdout, stderr } = this.#child;
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => this.#take(line));
    stderr?.setEncoding('utf8').on('data', (part: string) => {
      this.#stderr = (this.#stderr + part).slice(-STDERR_CHARS_MAX);
    });
    await Promise.race([once(this.#child, 'close'), failed(this.#child)]);
    this.#hasEnded = true;
    this.#wake();
  }

  #take(text: string): void {
    const line = parseLine(text);
    if (line === undefined) return;
    this.#lines.push(line);
    this.#wake();
  }
}

/** A process that could not be started never closes. */
function failed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
  });
}

function parseLine(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // A runtime warning on stdout is not our line.
    return undefined;
  }
}

function reported(failure: Record<string, unknown>): OttoError {
  return new RemoteError({ ...failure, actionableHint: failure['hint'] });
}
