/** Requests that may wait in all: each for a second at the most where turns are short, else for a turn of each before it. */
export const WAITING_MAX = 1_024;

/** Requests of one connection that may wait. Who sends more before they have their turn is no client, and is cut off. */
export const WAITING_PER_CONNECTION_MAX = 8;

/** When so many wait, each connection may have one: what is left is for those who wait for their answers. */
const CROWD_MIN = WAITING_MAX / 2;

/**
 * From the beginning of one request to that of the next. With one turn, the median round trip of others during a burst of
 * logins is twice as long, and its p99 40 % longer. With more, turns in which nothing is to be done take what logins need.
 */
export const TURNS_PER_REQUEST = 4;

/** Where turns are long, because the relay has much to do, the next request does not wait for four of them. */
const MS_PER_REQUEST = 1;

/**
 * Keeps a burst of requests from making commands wait: after one has begun, the next one does so four turns of the event
 * loop later, or after a turn that ends a millisecond later, and between two turns every socket is read. What a request
 * sets going comes back in later turns, together with what others did: a login, with its signatures, its write and its
 * socket, takes a millisecond of them, and four begun in a turn were turns of three. Connections take turns, and each
 * begins one request in its own, so that nobody waits behind all that another one has sent.
 */
export class RequestTurns {
  /** In the order of their turns, each with its requests in theirs. */
  readonly #waiting = new Map<ClosableConnection, (() => void)[]>();
  readonly #turnedAway = new WeakSet<ClosableConnection>();
  readonly #now: () => number;
  #waitingCount = 0;
  /** Until the next request may begin. */
  #turnsLeft = 0;
  #begunAt = 0;

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Begins a request now, or when its turn has come and its connection is still there. */
  enter(connection: ClosableConnection, { begin, turnAway }: WaitingRequest): void {
    // What was read with the request that it was cut off for still comes.
    if (connection.destroyed) return;
    if (this.#turnsLeft === 0) {
      this.#take(begin);
      return;
    }
    const hasRoom = this.#hasRoom();
    const others = this.#waiting.get(connection);
    if (others === undefined && !hasRoom && !this.#turnedAway.has(connection)) {
      // Once: to answer each of many that come without a pause would be what commands must not wait for.
      this.#turnedAway.add(connection);
      turnAway();
    } else if (!hasRoom || (others?.length ?? 0) >= this.#countMax()) {
      connection.destroy();
    } else {
      this.#waitingCount += 1;
      if (others === undefined) this.#waiting.set(connection, [begin]);
      else others.push(begin);
    }
  }

  #countMax(): number {
    return this.#waitingCount < CROWD_MIN ? WAITING_PER_CONNECTION_MAX : 1;
  }

  #take(begin: () => void): void {
    this.#turnsLeft = TURNS_PER_REQUEST;
    this.#begunAt = this.#now();
    setImmediate(this.#nextTurn);
    begin();
  }

  readonly #nextTurn = (): void => {
    this.#turnsLeft -= 1;
    if (this.#turnsLeft > 0 && this.#now() - this.#begunAt < MS_PER_REQUEST) {
      setImmediate(this.#nextTurn);
      return;
    }
    this.#turnsLeft = 0;
    const begin = this.#next();
    if (begin !== undefined) this.#take(begin);
  };

  #next(): (() => void) | undefined {
    for (const [connection, [begin, ...later]] of this.#waiting) {
      this.#forget(connection);
      if (begin === undefined || connection.destroyed) continue;
      if (later.length > 0) this.#waiting.set(connection, later);
      this.#waitingCount += later.length;
      return begin;
    }
    return undefined;
  }

  /** Whoever has left makes room. */
  #hasRoom(): boolean {
    if (this.#waitingCount < WAITING_MAX) return true;
    for (const connection of this.#waiting.keys()) if (connection.destroyed) this.#forget(connection);
    return this.#waitingCount < WAITING_MAX;
  }

  #forget(connection: ClosableConnection): void {
    this.#waitingCount -= this.#waiting.get(connection)?.length ?? 0;
    this.#waiting.delete(connection);
  }
}

/** What may become of a request that has to wait. */
export interface WaitingRequest {
  readonly begin: () => void;
  /** Says that too many wait. */
  readonly turnAway: () => void;
}

/** What a request came over. */
export interface ClosableConnection {
  readonly destroyed: boolean;
  destroy(): void;
}
