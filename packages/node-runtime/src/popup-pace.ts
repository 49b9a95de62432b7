import { POPUPS_IN_PERIOD_MAX, POPUPS_PERIOD_MS } from '@telepat/otto-protocol/limits';
import type { Clock } from '@telepat/otto-relay-link';

/** How fast a tab and its pop-ups may open further pop-ups, all together: one that closes itself has counted. */
export class PopupPace {
  readonly #clock: Clock;
  /** When the latest came, in the clock's ticks; never more than are allowed. */
  #cameAt: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more may come now; it counts then. */
  admits(): boolean {
    const now = this.#clock.ticks();
    this.#cameAt = this.#cameAt.filter((at) => now - at < POPUPS_PERIOD_MS);
    if (this.#cameAt.length >= POPUPS_IN_PERIOD_MAX) return false;
    this.#cameAt.push(now);
    return true;
  }
}
