import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { bundle } from './bundle.mjs';
import { tempFolder } from './temp-folder.js';

/** A process of its own that runs a script, bundled from the sources. */
export class Child {
  readonly #process: ChildProcess;
  /** The lines that it printed so far. */
  readonly lines: string[] = [];

  private constructor(process: ChildProcess) {
    this.#process = process;
    if (process.stdout !== null) {
      createInterface({ input: process.stdout }).on('line', (line) => this.lines.push(line));
    }
  }

  static async start(script: URL, args: readonly string[], env: Record<string, string> = {}): Promise<Child> {
    const outfile = await bundle(script, tempFolder());
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, [outfile, ...args], { stdio: [...stdio], env: { ...process.env, ...env } });
    onTestFinished(() => void child.kill('SIGKILL'));
    return new Child(child);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Ends it without a warning, as a power cut or the kernel would; resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const gone = once(this.#process, 'close');
    this.#process.kill(signal);
    await gone;
    return this.#process.exitCode;
  }
}
