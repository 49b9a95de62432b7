import type { Facts, ModelSession } from './facts.js';

/** One token, so that a fill of so many a minute is counted in whole numbers. */
const TOKEN = 60_000;

/** A relay may remember a nonce this part of the window longer than it must. */
const NONCE_SLACK = 1 / 8;

/** What is counted per identity over all its sessions: the rate of its frames, and its nonces. */
export class Quotas {
  readonly #facts: Facts;
  readonly #buckets = new Map<string, { fill: number; filledAt: number }>();
  readonly #nonces = new Map<string, number>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Counts a frame; false when the identity has sent too many. */
  takeToken(session: ModelSession): boolean {
    const key = keyOf(session);
    const { now, rules } = this.#facts;
    const size = rules.rateLimitPerMin * TOKEN;
    const bucket = this.#buckets.get(key) ?? { fill: size, filledAt: now };
    this.#buckets.set(key, bucket);
    bucket.fill = Math.min(size, bucket.fill + (now - bucket.filledAt) * rules.rateLimitPerMin);
    bucket.filledAt = now;
    if (bucket.fill < TOKEN) return false;
    bucket.fill -= TOKEN;
    return true;
  }

  /** Remembers a nonce; false when the identity has used it within the window. */
  admitNonce(session: ModelSession, nonce: string, sentAt: number): boolean {
    const { now, rules, time } = this.#facts;
    const key = `${keyOf(session)} ${nonce}`;
    if (now < (this.#nonces.get(key) ?? -Infinity)) return false;
    this.#nonces.set(key, now + sentAt + rules.replayWindowMs - time.wall);
    return true;
  }

  /** Whether a relay may know or have forgotten a nonce, as it likes. */
  isDoubtful(session: ModelSession, nonce: string): boolean {
    const { now, rules } = this.#facts;
    const keptUntil = this.#nonces.get(`${keyOf(session)} ${nonce}`);
    return keptUntil !== undefined && now >= keptUntil && now <= keptUntil + rules.replayWindowMs * NONCE_SLACK;
  }

  /** A relay that starts anew remembers nothing. */
  forget(): void {
    this.#buckets.clear();
    this.#nonces.clear();
  }
}

function keyOf({ person, identity }: ModelSession): string {
  return `${person.role} ${identity}`;
}
