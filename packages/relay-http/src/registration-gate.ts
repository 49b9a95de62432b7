import { createHash, timingSafeEqual } from 'node:crypto';
import { OttoError } from '@telepat/otto-protocol';
import type { Origin } from '@telepat/otto-relay-core';
import { FailureLimit } from './failure-limit.js';
import type { RegistrationPolicy } from './options.js';

const FAILURES_PER_ADDRESS_MAX = 10;
const FAILURE_WINDOW_MS = 60_000;
const ADDRESSES_MAX = 10_000;

/** The header in which the registration secret comes. */
export const REGISTRATION_SECRET_HEADER = 'x-otto-registration-secret';

/**
 * Decides who may register a controller: this machine, unless a secret is set; others only where that is enabled, and
 * with the secret.
 */
export class RegistrationGate {
  readonly #policy: RegistrationPolicy;
  readonly #failures: FailureLimit;

  constructor(policy: RegistrationPolicy, now: () => number = () => performance.now()) {
    this.#policy = policy;
    this.#failures = new FailureLimit({
      failuresMax: FAILURES_PER_ADDRESS_MAX,
      windowMs: FAILURE_WINDOW_MS,
      keysMax: ADDRESSES_MAX,
      now,
    });
  }

  /** Refuses an origin that may not register, or that did not present the right secret. */
  check(origin: Origin, presented: string | undefined): void {
    const { allowRemote, secret } = this.#policy;
    if (!origin.isLoopback && !(allowRemote && secret !== undefined)) throw new OttoError('registration_forbidden');
    if (secret === undefined) return;
    // A person chose this secret, so it may be guessed: were a right one let in while an address waits, guessing would go
    // on unhindered. Client secrets are different: nobody guesses 256 bits.
    const retryAfterMs = this.#failures.waitMs(origin.address);
    if (retryAfterMs > 0) throw new OttoError('too_many_attempts', { retryAfterMs: Math.ceil(retryAfterMs) });
    if (presented !== undefined && isSame(presented, secret)) return;
    if (presented !== undefined) this.#failures.failed(origin.address);
    throw new OttoError('registration_forbidden');
  }
}

/** Compares digests, so that the time taken tells neither the content nor the length. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
