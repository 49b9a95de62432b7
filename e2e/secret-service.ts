import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

const PROGRAMS = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'];

/** Well below the time of a test, which could not say what it waited for. */
const SERVED_MS_MAX = 60_000;

/** Why no Secret Service can be started here; undefined where one can. */
export function missingForSecretService(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const missing = PROGRAMS.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  return missing.length === 0 ? undefined : `not installed here: ${missing.join(', ')}`;
}

/** The keychain of a desktop: a session bus of its own, and on it GNOME's keyring, whose files outlive it. */
export class SecretService {
  readonly #folder = mkdtempSync(join(tmpdir(), 'otto-keyring-'));
  readonly #processes: ChildProcess[] = [];
  #address = '';

  /** What programs of this session have in their environment. */
  get env(): Record<string, string> {
    return {
      DBUS_SESSION_BUS_ADDRESS: this.#address,
      HOME: this.#folder,
      XDG_DATA_HOME: join(this.#folder, 'data'),
      XDG_CACHE_HOME: join(this.#folder, 'cache'),
      XDG_RUNTIME_DIR: this.#folder,
      // Whoever is asked to unlock it has no screen.
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
    };
  }

  /** A session whose keyring is open with the password, or locked without one. */
  async begin({ password }: { password?: string }): Promise<void> {
    const bus = this.#start('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address'], 'ignore');
    this.#address = await firstLine(bus);
    const unlock = password === undefined ? [] : ['--unlock'];
    const keyring = this.#start('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...unlock], 'pipe');
    keyring.stdin?.end(password);
    const deadline = performance.now() + SERVED_MS_MAX;
    while (!this.#isServed()) {
      if (keyring.exitCode !== null) throw new Error(`gnome-keyring-daemon ended with ${keyring.exitCode}`);
      if (performance.now() > deadline) throw new Error(`No Secret Service after ${SERVED_MS_MAX / 1_000} s.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends the session, as a logout or a boot does. */
  async end(): Promise<void> {
    for (const child of this.#processes.splice(0).reverse()) {
      const exited = once(child, 'exit');
      if (child.exitCode === null && child.kill()) await exited;
    }
  }

  async close(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #start(program: string, words: readonly string[], stdin: 'ignore' | 'pipe'): ChildProcess {
    const env = { ...process.env, ...this.env };
    const child = spawn(program, words, { env, stdio: [stdin, 'pipe', 'ignore'] });
    this.#processes.push(child);
    return child;
  }

  #isServed(): boolean {
    const words = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
    const asked = [...words, 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
    return spawnSync('dbus-send', asked, { env: { ...process.env, ...this.env } }).stdout.includes('true');
  }
}

/** One for a test, gone when the test has finished. */
export function secretServiceForTest(): SecretService {
  const service = new SecretService();
  onTestFinished(() => service.close());
  return service;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of stdout?.setEncoding('utf8') ?? []) {
    said += String(chunk);
    const [line, rest] = said.split('\n');
    if (line !== undefined && rest !== undefined) return line;
  }
  throw new Error('dbus-daemon ended without an address');
}
