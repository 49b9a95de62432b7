/** What one token is worth: counted so, a fill of so many a minute is whole numbers, and nothing is lost to rounding. */
const TOKEN = 60_000;

/** A token bucket over monotonic time: so many a minute, and a burst of the same size. */
export class TokenBucket {
  readonly #perMinute: number;
  #fill: number;
  #filledAt: number;

  constructor(perMinute: number, ticks: number) {
    this.#perMinute = perMinute;
    this.#fill = perMinute * TOKEN;
    this.#filledAt = ticks;
  }

  /**
   * Takes one token.
   * @returns 0 when there was one, else the milliseconds until there will be
   */
  take(ticks: number): number {
    const earned = (ticks - this.#filledAt) * this.#perMinute;
    this.#fill = Math.min(this.#perMinute * TOKEN, this.#fill + earned);
    this.#filledAt = ticks;
    if (this.#fill >= TOKEN) {
      this.#fill -= TOKEN;
      return 0;
    }
    return Math.ceil((TOKEN - this.#fill) / this.#perMinute);
  }
}
