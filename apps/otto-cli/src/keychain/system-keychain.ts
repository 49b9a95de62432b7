import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from '../io.js';
import { PACKAGE_FILES } from '../package-files.js';
import type { Keychain } from './keychain.js';
import { keychainAnswer, type KeychainAnswer, type KeychainRequest } from './keychain-message.js';

/** Somebody may have to find a password; and yet a command must end where nobody sits. */
const ANSWER_MS_MAX = 20_000;

/** A keychain that works answers at once; one that asks its user does not. */
const WAITING_MS = 3_000;

/**
 * The keychain of macOS, the credentials of Windows, or on Linux the Secret Service of the desktop. Each thing is asked
 * for in a process of its own. A keychain that did not answer in time is not asked again.
 */
export class SystemKeychain implements Keychain {
  readonly #options: SystemKeychainOptions;
  #problem: string | undefined;
  #hasWaited = false;

  constructor(options: SystemKeychainOptions) {
    this.#options = options;
  }

  async read(name: string): Promise<string | undefined> {
    return (await this.#ask({ act: 'read', name })) ?? undefined;
  }

  async write(name: string, secret: string): Promise<void> {
    await this.#ask({ act: 'write', name, secret });
  }

  async remove(name: string): Promise<void> {
    await this.#ask({ act: 'remove', name });
  }

  async #ask(request: KeychainRequest): Promise<string | null> {
    if (this.#problem !== undefined) throw new Error(this.#problem);
    const { env, signal, program = PACKAGE_FILES.keychain } = this.#options;
    const { answerMsMax = ANSWER_MS_MAX, waitingMs = WAITING_MS } = this.#options;
    const tooLong = AbortSignal.timeout(answerMsMax);
    const waiting = setTimeout(() => this.#tellWaiting(), waitingMs);
    // Secrets go through the channel: a command line and an environment can be read by others.
    const child = spawn(process.execPath, [program], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
      signal: AbortSignal.any([signal, tooLong]),
      killSignal: 'SIGKILL',
    });
    try {
      const answer = await answerOf(child, request);
      if ('problem' in answer) throw new Error(answer.problem);
      return answer.secret;
    } catch (error) {
      if (!tooLong.aborted) throw error;
      this.#problem = `it has not answered for ${answerMsMax / 1_000} s`;
      throw new Error(this.#problem, { cause: error });
    } finally {
      clearTimeout(waiting);
      child.kill('SIGKILL');
    }
  }

  #tellWaiting(): void {
    if (!this.#hasWaited) this.#options.onWaiting?.();
    this.#hasWaited = true;
  }
}

function answerOf(child: ChildProcess, request: KeychainRequest): Promise<KeychainAnswer> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const { data } = keychainAnswer.safeParse(message);
      if (data === undefined) reject(new Error('what it answered was not understood'));
      else resolve(data);
    });
    child.on('error', reject);
    child.once('disconnect', () => reject(new Error('its program ended without an answer')));
    child.send(request, (error) => {
      if (error !== null) reject(error);
    });
  });
}

export interface SystemKeychainOptions {
  readonly env: Environment;
  /** Aborted, whatever is being asked is given up. */
  readonly signal: AbortSignal;
  /** Told once when the keychain takes its time: it may be asking the user. */
  readonly onWaiting?: () => void;
  /** The program that asks, where it is not that of this package. */
  readonly program?: string;
  readonly answerMsMax?: number;
  readonly waitingMs?: number;
}
