import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compaction } from '../../src/stores/file-stores.js';
import type { Risk } from './risky-disk.js';

/** A start takes half a second; a loaded machine may take its time. */
const START_MS_MAX = 60_000;

/** The end of what it said is enough to see why it died. */
const STDERR_LENGTH_MAX = 10_000;

/** A relay in a process of its own, that is killed. */
export class RelayProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly port: number;
  readonly operatorToken: string;
  hasEnded = false;

  private constructor(child: ChildProcess, ended: Promise<unknown>, facts: { port: number; folder: string }) {
    this.#child = child;
    this.ended = ended.then(() => (this.hasEnded = true));
    this.port = facts.port;
    this.operatorToken = readFileSync(join(facts.folder, 'operator.token'), 'utf8');
  }

  /** Starts a relay and waits until it listens; undefined when it died before that. */
  static async start({ program, folder, plan }: RelayStart): Promise<RelayProcess | undefined> {
    const env = {
      ...process.env,
      OTTO_TOKEN_SECRET: 'a secret of more than thirty-two characters',
      OTTO_TOKEN_TTL_MINUTES: '1440',
      OTTO_LOG_DIR: folder,
      OTTO_RELAY_PORT: '0',
      TORTURE_PLAN: JSON.stringify(plan),
    };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_LENGTH_MAX);
    });
    const ended = once(child, 'exit');
    const tooLate = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
    const [first] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    clearTimeout(tooLate);
    if (child.exitCode === null && child.signalCode === null && typeof first === 'number') {
      return new RelayProcess(child, ended, { port: first, folder });
    }
    if (child.signalCode !== 'SIGKILL') throw new Error(`a relay did not start: ${stderr}`);
    return undefined;
  }

  /** From now on its files are at risk. */
  async arm(): Promise<void> {
    this.#child.send('arm');
    await Promise.race([once(this.#child, 'message'), this.ended]);
  }

  /** Ends it without a warning; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** How a relay is put at risk. */
export interface RelayPlan {
  readonly risk: Risk;
  readonly compaction: Compaction;
  /** Whether its start is at risk, too. */
  readonly isArmedFromStart?: boolean;
}

export interface RelayStart {
  /** The bundle of `children/torture-relay.ts`. */
  readonly program: string;
  readonly folder: string;
  readonly plan: RelayPlan;
}
