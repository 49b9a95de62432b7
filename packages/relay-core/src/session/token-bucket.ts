/** A token bucket over monotonic time: so many a minute, and a burst of the same size. */
export class TokenBucket {
  readonly #size: number;
  readonly #perMs: number;
  #tokens: number;
  #filledAt: number;

  constructor(perMinute: number, ticks: number) {
    this.#size = perMinute;
    this.#perMs = perMinute / 60_000;
    this.#tokens = perMinute;
    this.#filledAt = ticks;
  }

  /**
   * Takes one token.
   * @returns 0 when there was one, else the milliseconds until there will be
   */
  take(ticks: number): number {
    this.#tokens = Math.min(this.#size, this.#tokens + (ticks - this.#filledAt) * this.#perMs);
    this.#filledAt = ticks;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#tokens) / this.#perMs);
  }
}
