import type { RefreshReply } from '@telepat/otto-protocol/http';
import type { Clock } from '../ports/clock.js';
import { REFRESH_REPLAYS_MAX, REFRESH_REPLAY_MS } from './limits.js';

/**
 * The answers to refreshes that carried an idempotency key, for a short while: an answer that was lost on the way is
 * given again.
 */
export class RefreshReplays {
  readonly #clock: Clock;
  /** In the order of the refreshes. */
  readonly #replies = new Map<string, { reply: Promise<RefreshReply>; forgetAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Promise<RefreshReply> | undefined {
    this.#forgetOld();
    return this.#replies.get(key)?.reply;
  }

  /** Remembers an answer, also while it is being made; one that fails is forgotten. */
  keep(key: string, reply: Promise<RefreshReply>): void {
    const [oldest] = this.#replies.keys();
    if (this.#replies.size >= REFRESH_REPLAYS_MAX && oldest !== undefined) this.#replies.delete(oldest);
    this.#replies.set(key, { reply, forgetAt: this.#clock.ticks() + REFRESH_REPLAY_MS });
    reply.catch(() => {
      // Whoever asked is told; here only the memory of it goes.
      this.#replies.delete(key);
    });
  }

  #forgetOld(): void {
    const now = this.#clock.ticks();
    for (const [key, { forgetAt }] of this.#replies) {
      if (forgetAt > now) return;
      this.#replies.delete(key);
    }
  }
}
