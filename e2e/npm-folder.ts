import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder outside the checkout, in which programs run as somebody runs them who never saw the checkout. */
export class NpmFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'otto-npm-'));

  /** Everything that a program prints; it must succeed. */
  async run(program: string, ...words: readonly string[]): Promise<string> {
    const child = spawn(program, words, { cwd: this.path, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${child.exitCode}:\n${said}`);
    return said;
  }

  close(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** The bytes of all files below a folder, but for those of folders with one of the names. */
export function bytesIn(folder: string, but: readonly string[] = []): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !but.includes(name))
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (lstatSync(path).isDirectory() ? bytesIn(path, but) : lstatSync(path).size), 0);
}

/** npm tells what it runs where it was started, and an npm inside would take that for its own settings. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|NODE_OPTIONS$|OTTO_|VITEST)/i.test(name)),
  );
}
