import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { OttoRun, type Ended } from './otto-run.js';

/** One user's Otto: a home of its own, in which every command runs as users run it. Its relay ends with the test. */
export class OttoHome {
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'otto-e2e-'));
    this.#env = env;
    onTestFinished(async () => {
      await this.run(['stop']);
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    });
  }

  get env(): Record<string, string | undefined> {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('OTTO_'));
    return { ...Object.fromEntries(clean), NO_COLOR: '1', OTTO_HOME: this.folder, OTTO_RELAY_PORT: '0', ...this.#env };
  }

  /** A command that goes on until somebody ends it; the end of the test does at the latest. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}): OttoRun {
    const run = new OttoRun(words, { env: { ...this.env, ...env }, cwd: this.folder });
    onTestFinished(() => run.end());
    return run;
  }

  /** A command to its end. */
  run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new OttoRun(words, { env: { ...this.env, ...env }, cwd: this.folder }).ended;
  }

  /** A command to its end with `--json`: what it printed, and its exit code. */
  async json(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<JsonAnswer> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], env);
    if (!/^\{.*\}\n$/.test(stdout))
      throw new Error(`otto ${words.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return { ...objectOf(stdout), code };
  }

  /** A file of the home. */
  file(...path: string[]): string {
    return readFileSync(join(this.folder, ...path), 'utf8');
  }
}

/** The fields of the document, and the exit code. */
export type JsonAnswer = Readonly<Record<string, unknown>> & { readonly code: number | null };

function objectOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
