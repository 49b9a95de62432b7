/** One takes some 0.3 ms until its first wait, a new socket most. */
const REQUESTS_A_TURN_MAX = 4;

/**
 * Keeps a burst of requests from making commands wait: so many are begun in each turn of the event loop, the others in
 * the turns after it, first come first served, and between two turns every socket is read. Without it fifty logins at
 * once are one turn of 20 ms. How many may wait is bounded by the connections that may be open.
 */
export class RequestTurns {
  readonly #waiting: (() => void)[] = [];
  #begun = 0;

  /** Begins a request now, or when its turn has come. */
  enter(begin: () => void): void {
    if (this.#begun === REQUESTS_A_TURN_MAX) {
      this.#waiting.push(begin);
      return;
    }
    this.#count();
    begin();
  }

  #count(): void {
    this.#begun += 1;
    if (this.#begun === 1) setImmediate(this.#nextTurn);
  }

  readonly #nextTurn = (): void => {
    this.#begun = 0;
    for (const begin of this.#waiting.splice(0, REQUESTS_A_TURN_MAX)) {
      this.#count();
      begin();
    }
  };
}
