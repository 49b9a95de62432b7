import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { OttoError } from '@telepat/otto-protocol';

/** What is shown of the log of a daemon that did not start. */
const LOG_TAIL_CHARS = 2_000;

/** How long the end of a process may take to be heard of, once it is noticed otherwise. */
const HEARD_MS_MAX = 1_000;

/**
 * Why a daemon does not start, when it does not say so itself: how it ended, and what its log holds of this start.
 * Whoever made it lets it go once it is known what became of the start.
 */
export class StartTrouble {
  /** Rejects when the daemon ends. */
  readonly ended: Promise<never>;
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #logStart: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #onExit: (code: number | null, signal: NodeJS.Signals | null) => void = () => undefined;

  /** @param logStart where the log of this start begins */
  constructor(child: ChildProcess, log: string, logStart: number) {
    this.#child = child;
    this.#log = log;
    this.#logStart = logStart;
    this.ended = new Promise((_, reject) => {
      this.#onExit = (code, signal) => {
        reject(this.#error(`The relay ended while it was starting (${signal ?? `exit code ${code}`}).`));
      };
    });
    // Nobody may be waiting for it in that moment.
    this.ended.catch(() => undefined);
    child.once('exit', this.#onExit);
  }

  /** Rejects when so much time has passed. */
  within(ms: number): Promise<never> {
    return new Promise((_, reject) => {
      const late = () => reject(this.#error(`The relay did not start within ${ms / 1_000} s.`));
      this.#timers.add(setTimeout(late, ms));
    });
  }

  /** The end of the process, if it has come to that; else what was noticed. */
  async because(noticed: string): Promise<OttoError> {
    const ended = this.ended.catch((error: unknown) => error);
    const first = await Promise.race([ended, this.within(HEARD_MS_MAX).catch(() => undefined)]);
    return first instanceof OttoError ? first : this.#error(`The relay did not become ready: ${noticed}`);
  }

  /** What the daemon does from now on is no trouble of the start. */
  letGo(): void {
    this.#child.off('exit', this.#onExit);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #error(sentence: string): OttoError {
    const said = endOf(this.#log, this.#logStart);
    return new OttoError('start_failed', {
      message: said === '' ? sentence : `${sentence}\n${said}`,
      actionableHint: `Its log is ${this.#log}.`,
    });
  }
}

function endOf(log: string, start: number): string {
  try {
    return readFileSync(log).subarray(start).toString('utf8').slice(-LOG_TAIL_CHARS).trim();
  } catch {
    // How the daemon ended is known all the same, and the hint names the file.
    return '';
  }
}
