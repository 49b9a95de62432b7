import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { OttoError } from '@telepat/otto-protocol';

/** What is shown of the log of a daemon that did not start. */
const LOG_TAIL_CHARS = 2_000;

/** How long the end of a process may take to be heard of, once it is noticed otherwise. */
const HEARD_MS_MAX = 1_000;

/** Why a daemon does not start, when it does not say so itself: how it ended, and what its log holds of this start. */
export class StartTrouble {
  /** Rejects when the daemon ends. */
  readonly ended: Promise<never>;
  readonly #log: string;
  readonly #logStart: number;

  /** @param logStart where the log of this start begins */
  constructor(child: ChildProcess, log: string, logStart: number) {
    this.#log = log;
    this.#logStart = logStart;
    this.ended = new Promise((_, reject) => {
      child.once('exit', (code, signal) => {
        reject(this.#error(`The relay ended while it was starting (${signal ?? `exit code ${code}`}).`));
      });
    });
    // It may end long after anybody waits for it to start.
    this.ended.catch(() => undefined);
  }

  /** Rejects when so much time has passed. */
  within(ms: number): Promise<never> {
    return new Promise((_, reject) => {
      const timer = setTimeout(() => reject(this.#error(`The relay did not start within ${ms / 1_000} s.`)), ms);
      timer.unref();
    });
  }

  /** The end of the process, if it has come to that; else what was noticed. */
  async because(noticed: string): Promise<OttoError> {
    const ended = this.ended.catch((error: unknown) => error);
    const first = await Promise.race([ended, this.within(HEARD_MS_MAX).catch(() => undefined)]);
    return first instanceof OttoError ? first : this.#error(`The relay did not become ready: ${noticed}`);
  }

  #error(sentence: string): OttoError {
    const said = readFileSync(this.#log).subarray(this.#logStart).toString('utf8').slice(-LOG_TAIL_CHARS).trim();
    return new OttoError('start_failed', {
      message: said === '' ? sentence : `${sentence}\n${said}`,
      actionableHint: `Its log is ${this.#log}.`,
    });
  }
}
