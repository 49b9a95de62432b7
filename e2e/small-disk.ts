import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one step of filling takes. Small, so that nothing is left at the end. */
const FILLER = Buffer.alloc(4_096);

/**
 * A disk of a few megabytes in a folder, in a namespace of its own: it can be filled, and made read-only, and the machine
 * has nothing of it. Needs namespaces, see `needsNamespaces`.
 */
export class SmallDisk {
  /** Where it is, for programs that are started through it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'otto-small-'));
  readonly #keeper: ChildProcess;

  static async mount(megabytes: number): Promise<SmallDisk> {
    const disk = new SmallDisk(megabytes);
    // It says so when it is mounted, or ends.
    await Promise.race([once(disk.#stdout, 'data'), once(disk.#keeper, 'exit')]);
    if (disk.#keeper.exitCode !== null) throw new Error('The small disk could not be mounted.');
    return disk;
  }

  private constructor(megabytes: number) {
    const mount = `mount -t tmpfs -o size=${megabytes}m,mode=700 none "$1" && echo mounted && exec cat`;
    this.#keeper = spawn('unshare', ['-rm', 'sh', '-c', mount, 'sh', this.folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  /** What a program is started with to see the disk. */
  get through(): readonly string[] {
    return ['nsenter', '-t', String(this.#keeper.pid), '-U', '-m', '--preserve-credentials'];
  }

  /** A file of the disk, for whoever does not look through it. */
  path(...names: string[]): string {
    return join(`/proc/${this.#keeper.pid}/root`, this.folder, ...names);
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.path('filler'), 'a');
    try {
      for (;;) writeSync(file, FILLER);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  empty(): void {
    rmSync(this.path('filler'), { force: true });
  }

  remount(how: 'ro' | 'rw'): void {
    const [program = '', ...words] = [...this.through, 'mount', '-o', `remount,${how}`, this.folder];
    const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The small disk could not be made ${how}: ${stderr}`);
  }

  /** Nothing that runs on it may be left. */
  async close(): Promise<void> {
    this.#keeper.stdin?.end();
    if (this.#keeper.exitCode === null) await once(this.#keeper, 'exit');
    rmdirSync(this.folder);
  }

  get #stdout() {
    const { stdout } = this.#keeper;
    if (stdout === null) throw new Error('stdout is a pipe');
    return stdout;
  }
}
