/** Requests of one connection that may wait. Who sends more before they have their turn is no client, and is cut off. */
export const WAITING_PER_CONNECTION_MAX = 8;

/**
 * From the beginning of one request to that of the next. With one turn, the median round trip of others during a burst of
 * logins is twice as long, and its p99 by 40 %. With more, turns in which nothing is to be done take what logins need.
 */
export const TURNS_PER_REQUEST = 4;

/**
 * Keeps a burst of requests from making commands wait: one is begun in so many turns of the event loop, the others in the
 * turns after them, first come first served, and between two turns every socket is read. What a request sets going comes
 * back in later turns, together with what others did: a login, with its signatures, its write and its socket, takes a
 * millisecond of them, and four begun in a turn were turns of three. The price is that a request waits for each one
 * before it: a second behind a thousand, while the relay has as much to do as it can.
 */
export class RequestTurns {
  readonly #waiting: { readonly connection: ClosableConnection; readonly begin: () => void }[] = [];
  readonly #counts = new WeakMap<ClosableConnection, number>();
  /** Turns that the last request may have for itself; none when one may begin. */
  #turnsLeft = 0;

  /** Begins a request now, or when its turn has come and its connection is still there. */
  enter(connection: ClosableConnection, begin: () => void): void {
    if (this.#turnsLeft === 0) {
      this.#take(begin);
      return;
    }
    if (this.#count(connection, 1) <= WAITING_PER_CONNECTION_MAX) this.#waiting.push({ connection, begin });
    else connection.destroy();
  }

  #take(begin: () => void): void {
    this.#turnsLeft = TURNS_PER_REQUEST;
    setImmediate(this.#nextTurn);
    begin();
  }

  readonly #nextTurn = (): void => {
    this.#turnsLeft -= 1;
    if (this.#turnsLeft > 0) {
      setImmediate(this.#nextTurn);
      return;
    }
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#count(next.connection, -1);
      if (next.connection.destroyed) continue;
      this.#take(next.begin);
      return;
    }
  };

  #count(connection: ClosableConnection, change: 1 | -1): number {
    const count = (this.#counts.get(connection) ?? 0) + change;
    this.#counts.set(connection, count);
    return count;
  }
}

/** What a request came over. */
export interface ClosableConnection {
  readonly destroyed: boolean;
  destroy(): void;
}
