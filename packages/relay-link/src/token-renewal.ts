import type { Clock, Timer, TokenSource } from './ports.js';

/** Time between two looks at a token: the least, so that a source that fails is not called without a pause, and the most. */
const RENEWAL_LOOK_MS_MIN = 5_000;
const RENEWAL_LOOK_MS_MAX = 3_600_000;

/**
 * Lets a source renew its token before it ends, however long a session lasts: nobody else asks for a token meanwhile,
 * and tokens that are never renewed end one day with all that hangs on them.
 */
export class TokenRenewal {
  readonly #tokens: TokenSource;
  readonly #clock: Clock;
  #look: Timer | undefined;
  #isStopped = false;

  constructor(tokens: TokenSource, clock: Clock) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  start(): void {
    if (this.#isStopped) return;
    const ms = this.#tokens.renewInMs?.();
    if (ms === undefined) return;
    const waitMs = Math.min(Math.max(ms, RENEWAL_LOOK_MS_MIN), RENEWAL_LOOK_MS_MAX);
    this.#look = this.#clock.after(waitMs, () => {
      const again = (): void => this.start();
      // The session goes on without a new token; what is wrong is said when one is needed.
      this.#tokens.accessToken({ renew: false }).then(again, again);
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#look?.cancel();
  }
}
