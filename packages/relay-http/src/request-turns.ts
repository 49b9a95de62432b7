/**
 * Keeps a burst of requests from making commands wait: one is begun in each turn of the event loop, the others in the
 * turns after it, first come first served, and between two turns every socket is read. What a request sets going comes
 * back in later turns, together with what others did: a login, with its signatures, its write and its socket, takes a
 * millisecond of them, and four begun in a turn were turns of three. How many may wait is bounded by the connections
 * that may be open.
 */
export class RequestTurns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Begins a request now, or when its turn has come. */
  enter(begin: () => void): void {
    if (this.#isTaken) this.#waiting.push(begin);
    else this.#take(begin);
  }

  #take(begin: () => void): void {
    this.#isTaken = true;
    setImmediate(this.#nextTurn);
    begin();
  }

  readonly #nextTurn = (): void => {
    this.#isTaken = false;
    const begin = this.#waiting.shift();
    if (begin !== undefined) this.#take(begin);
  };
}
