import type { Facts, ModelSession } from './facts.js';

/** One token, so that a fill of so many a minute is counted in whole numbers. */
const TOKEN = 60_000;

/** How fast, at least, the time goes by which commands are stamped, while the wall clock is behind it. */
const CATCHING_UP = 31 / 32;

/** What is counted per identity over all its sessions: the rate of its frames, and its nonces. */
export class Quotas {
  readonly #facts: Facts;
  readonly #buckets = new Map<string, { fill: number; filledAt: number }>();
  /** Until when each is remembered. */
  readonly #nonces = new Map<string, number>();
  #relayTime = { reached: -Infinity, at: 0 };

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

  /** The time by which commands are stamped, in epoch milliseconds: as the relay has looked at it until now. */
  relayNow(): number {
    const { now, time } = this.#facts;
    return Math.max(time.wall, this.#relayTime.reached + (now - this.#relayTime.at) * CATCHING_UP);
  }

  /** The relay looks at that time: from here on it does not go back. */
  lookAtTime(): number {
    this.#relayTime = { reached: this.relayNow(), at: this.#facts.now };
    return this.#relayTime.reached;
  }

  /** Remembers a nonce; false when the identity has sent it with a timestamp that is still within the window. */
  admitNonce(session: ModelSession, nonce: string, sentAt: number): boolean {
    const key = `${keyOf(session)} ${nonce}`;
    if (this.relayNow() <= (this.#nonces.get(key) ?? -Infinity)) return false;
    this.#nonces.set(key, sentAt + this.#facts.rules.replayWindowMs);
    return true;
  }

  /** A relay that starts anew remembers nothing. */
  forget(): void {
    this.#buckets.clear();
    this.#nonces.clear();
    this.#relayTime = { reached: -Infinity, at: 0 };
  }
}

function keyOf({ person, identity }: ModelSession): string {
  return `${person.role} ${identity}`;
}
