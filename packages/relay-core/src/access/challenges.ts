import { OttoError } from '@telepat/otto-protocol';
import {
  PAIRINGS_MAX,
  PAIRINGS_PER_ADDRESS_MAX,
  PAIRINGS_PER_NODE_MAX,
  PAIRING_MEMORY_MS,
} from '@telepat/otto-protocol/limits';
import type { Origin } from './identity.js';
import { ENDED_PAIRINGS_MAX } from './limits.js';
import type { IssuedTokens } from './tokens.js';

/** The pairings that wait for approval, and those that were approved or expired a short while ago. */
export class Challenges {
  /** In the order of the requests. */
  readonly #byId = new Map<string, Challenge>();

  /**
   * Adds a challenge.
   *
   * @throws OttoError `too_many_pairings`
   */
  add(challenge: Challenge, now: number): void {
    const pending = this.pending(now);
    const { nodeId, from } = challenge;
    if (
      pending.length >= PAIRINGS_MAX ||
      pending.filter((other) => other.nodeId === nodeId).length >= PAIRINGS_PER_NODE_MAX ||
      pending.filter((other) => other.from.address === from.address).length >= PAIRINGS_PER_ADDRESS_MAX
    ) {
      throw new OttoError('too_many_pairings');
    }
    const ended = [...this.#byId.values()].filter((other) => phaseOf(other, now) !== 'pending');
    const [oldest] = ended;
    if (ended.length >= ENDED_PAIRINGS_MAX && oldest !== undefined) this.#byId.delete(oldest.challengeId);
    this.#byId.set(challenge.challengeId, challenge);
  }

  get(challengeId: string, now: number): Challenge | undefined {
    this.#forgetOld(now);
    return this.#byId.get(challengeId);
  }

  withCode(code: string, now: number): Challenge | undefined {
    const digits = digitsOf(code);
    return this.all(now).find((challenge) => digitsOf(challenge.code) === digits);
  }

  pending(now: number): Challenge[] {
    return this.all(now).filter((challenge) => phaseOf(challenge, now) === 'pending');
  }

  all(now: number): Challenge[] {
    this.#forgetOld(now);
    return [...this.#byId.values()];
  }

  #forgetOld(now: number): void {
    for (const challenge of this.#byId.values()) {
      if (endedAt(challenge) + PAIRING_MEMORY_MS <= now) this.#byId.delete(challenge.challengeId);
    }
  }
}

/** Where a challenge is in its life. While its approval is being stored it is still pending to everybody else. */
export function phaseOf({ approval, expiresAt }: Challenge, now: number): 'pending' | 'approved' | 'expired' {
  if (approval.step === 'stored') return 'approved';
  return approval.step === 'being_stored' || now < expiresAt ? 'pending' : 'expired';
}

function endedAt({ approval, expiresAt }: Challenge): number {
  return approval.step === 'stored' ? approval.at : expiresAt;
}

function digitsOf(code: string): string {
  return code.replace(/[\s-]/g, '');
}

/** A node's wish to be paired. Its id is the node's secret; its code is for people. Times are epoch milliseconds. */
export interface Challenge {
  readonly challengeId: string;
  readonly nodeId: string;
  readonly code: string;
  readonly from: Origin;
  readonly requestedAt: number;
  readonly expiresAt: number;
  approval: Approval;
}

/** `tokens` are the node's, until it has used them. */
type Approval =
  | { readonly step: 'none' | 'being_stored' }
  | { readonly step: 'stored'; readonly at: number; readonly tokens?: HandedOutTokens };

export interface HandedOutTokens extends IssuedTokens {
  /** Of the access token; it may expire before the node comes for it. */
  readonly signedAt: number;
}
