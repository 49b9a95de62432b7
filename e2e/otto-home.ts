import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { OttoRun, type Ended } from './otto-run.js';

/** Where the embedded browser is unpacked once for all tests. */
const BROWSERS = fileURLToPath(new URL('../packages/node-chromium/node_modules/.cache/otto/browsers', import.meta.url));

/** One user's Otto: a home of its own, in which every command runs as users run it. */
export class OttoHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'otto-e2e-'));
  readonly #env: Readonly<Record<string, string>>;
  readonly #otto: readonly string[] | undefined;
  readonly #runs: OttoRun[] = [];

  /** @param otto the program, where it is not the one that is published */
  constructor(env: Readonly<Record<string, string>> = {}, otto?: readonly string[]) {
    this.#env = env;
    this.#otto = otto;
    mkdirSync(BROWSERS, { recursive: true });
    symlinkSync(BROWSERS, join(this.folder, 'browsers'), 'junction');
  }

  /** Ends everything that was started in this home, and removes it. */
  async close(): Promise<void> {
    for (const run of this.#runs.reverse()) await run.end();
    const stopped = await this.json(['stop']);
    const { code } = { code: '', ...objectIn(stopped['error']) };
    if (stopped.code !== 0 && code !== 'not_running')
      throw new Error(`The relay did not stop: ${JSON.stringify(stopped)}`);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  get env(): Record<string, string | undefined> {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('OTTO_') || name === 'OTTO_BROWSER');
    return {
      ...Object.fromEntries(clean),
      NO_COLOR: '1',
      OTTO_KEYCHAIN: '0',
      OTTO_HOME: this.folder,
      OTTO_RELAY_PORT: '0',
      ...this.#env,
    };
  }

  /** A command that goes on until somebody ends it; `close` does at the latest. */
  start(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
    options: { reads?: boolean } = {},
  ): OttoRun {
    const run = new OttoRun(words, { ...options, env: { ...this.env, ...env }, cwd: this.folder, otto: this.#otto });
    this.#runs.push(run);
    return run;
  }

  /** A command to its end. */
  run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new OttoRun(words, { env: { ...this.env, ...env }, cwd: this.folder, otto: this.#otto }).ended;
  }

  /** A command to its end with `--json`: what it printed, and its exit code. */
  async json(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<JsonAnswer> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], env);
    if (!/^\{.*\}\n$/.test(stdout))
      throw new Error(`otto ${words.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return { ...objectOf(stdout), code };
  }

  /** Puts a file into the home. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }

  /** A file of the home. */
  file(...path: string[]): string {
    return readFileSync(join(this.folder, ...path), 'utf8');
  }
}

/** A home for one test; whatever the test starts in it ends with the test. */
export function homeForTest(env: Readonly<Record<string, string>> = {}, otto?: readonly string[]): OttoHome {
  const home = new OttoHome(env, otto);
  onTestFinished(() => home.close());
  return home;
}

/** What was said on stderr, but that a keychain is slow: on a busy machine it is. */
export function saidBesideWaiting({ stderr }: Ended): string {
  return stderr.replace(/^otto: the keychain has not answered yet.*\n/m, '');
}

/** The fields of the document, and the exit code. */
export type JsonAnswer = Readonly<Record<string, unknown>> & { readonly code: number | null };

function objectOf(text: string): Record<string, unknown> {
  return objectIn(JSON.parse(text));
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
