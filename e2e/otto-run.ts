import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

/** The command line, as it is published. */
export const OTTO: readonly string[] = [process.execPath, inject('otto')];

/** The built command line of the checkout. */
export const OTTO_OF_CHECKOUT: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../apps/otto-cli/bin/otto.js', import.meta.url)),
];

const POLL_MS = 20;
const WAIT_MS_MAX = 60_000;

/** One run of `otto` as a process: what it prints, the signals it gets, and how it ends. */
export class OttoRun {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #hasEnded = false;

  constructor(words: readonly string[], { env, cwd, otto = OTTO, reads = true }: OttoRunOptions) {
    const [program = '', ...args] = [...otto, ...words];
    this.#child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.end();
    if (reads) this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = this.#untilEnded();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Nobody reads its stdout any more. */
  leave(): void {
    this.#child.stdout?.destroy();
  }

  /** Waits until stdout holds what is looked for. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.#stdout);
  }

  /** Waits until stderr holds what is looked for. */
  warned(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.#stderr);
  }

  /** Waits until stdout or stderr holds what is looked for; gives both. */
  async said(pattern: RegExp): Promise<string> {
    const text = () => this.#stdout + this.#stderr;
    await this.#until(pattern, text);
    return text();
  }

  async #until(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    const deadline = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const found = pattern.exec(text());
      if (found !== null) return found;
      if (this.#hasEnded || performance.now() > deadline) {
        throw new Error(`otto did not print ${pattern.source}:\n${this.#stdout}\n${this.#stderr}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Ends it, if it still runs. */
  async end(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill('SIGTERM');
    await this.ended;
  }

  async #untilEnded(): Promise<Ended> {
    // What was never read is thrown away: the end of it would not be seen otherwise.
    this.#child.once('exit', () => this.#child.stdout?.resume());
    await once(this.#child, 'close');
    this.#hasEnded = true;
    return { code: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }
}

export interface OttoRunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The program and its first words, where it is not the one that is published. */
  readonly otto?: readonly string[] | undefined;
  /** Whether anybody reads its stdout; default true. */
  readonly reads?: boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
