import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The end of what it said is enough to see why it died. */
const STDERR_LENGTH_MAX = 10_000;

/** A process of the test's own that tells what happens to it. */
export class Child {
  readonly #process: ChildProcess;
  #stderr = '';
  #listeners = new Set<(message: unknown) => void>();

  constructor(program: string, args: readonly string[], env: Record<string, string> = {}) {
    this.#process = fork(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LENGTH_MAX);
    });
    this.#process.on('message', (message) => this.#listeners.forEach((listener) => listener(message)));
  }

  /** What it says next that `read` understands; rejects when it dies before that. */
  async told<T>(read: (message: unknown) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const listener = (message: unknown): void => {
        const value = read(message);
        if (value === undefined) return;
        this.#listeners.delete(listener);
        resolve(value);
      };
      this.#listeners.add(listener);
      this.#process.once('exit', () => reject(new Error(`a process of the test died: ${this.#stderr}`)));
    });
  }

  /** Ends it without a warning; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
