import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTTO } from './otto-run.js';

const POLL_MS = 20;
const WAIT_MS_MAX = 30_000;

/** Whether this machine can give a program a terminal of its own. */
export const HAS_TERMINALS = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** One run of `otto` at a terminal: what it shows there, and what is typed. */
export class TerminalRun {
  readonly #child: ChildProcess;
  #shown = '';
  #hasEnded = false;

  constructor(
    words: readonly string[],
    options: { env: Readonly<Record<string, string | undefined>>; columns?: number },
  ) {
    const command = [...OTTO, ...words].map((word) => `'${word}'`).join(' ');
    const sized = `stty rows 24 cols ${options.columns ?? 80}; exec ${command}`;
    this.#child = spawn('script', ['-qefc', sized, '/dev/null'], { env: { ...options.env, TERM: 'xterm' } });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#shown += text));
    this.#child.once('close', () => (this.#hasEnded = true));
  }

  /** All that was written to the terminal, with what the terminal obeys. */
  get shown(): string {
    return this.#shown;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until the terminal has been shown what is looked for. */
  async shows(pattern: RegExp): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (!pattern.test(this.#shown)) {
      if (this.#hasEnded || performance.now() > deadline)
        throw new Error(`otto did not show ${pattern.source}:\n${this.#shown}`);
      await sleep(POLL_MS);
    }
  }

  /** The exit code. */
  async ended(): Promise<number | null> {
    if (!this.#hasEnded) await once(this.#child, 'close');
    return this.#child.exitCode;
  }
}
