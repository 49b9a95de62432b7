import type { Clock, Timer } from './ports.js';

/** How long what was sent may wait for a ping that asks whether it arrived; the heartbeat's may come sooner. */
const ASK_MS = 250;

/** So many receipts are waited for; far more than a relay that works leaves open. The oldest give way. */
export const RECEIPTS_MAX = 1_000;

/**
 * Knows what the relay has surely got: it handles the frames of a connection in order, so that a ping that it answers
 * stands behind everything that was sent before.
 */
export class Receipts {
  readonly #options: ReceiptsOptions;
  /** Everything that waits, in order, with the number of the first. */
  readonly #waiting: (() => void)[] = [];
  #first = 0;
  /** Before which number that stands which each ping that is not answered yet asks for. */
  readonly #asked = new Map<string, number>();
  #askedUpTo = 0;
  #asking: Timer | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /**
   * `received` runs when the relay has got all that was sent until now; never, when the connection ends before, or when
   * a relay that does not answer lets too many wait.
   */
  expect(received: () => void): void {
    this.#waiting.push(received);
    if (this.#waiting.length > RECEIPTS_MAX) this.#dropOldest();
    this.#askSoon();
  }

  /** A ping is on its way. */
  pinged(requestId: string): void {
    if (!this.#hasUnasked) return;
    this.#askedUpTo = this.#end;
    this.#asked.set(requestId, this.#askedUpTo);
    this.#asking?.cancel();
    this.#asking = undefined;
  }

  /** A pong came. One that answers no ping of ours tells nothing. */
  answered(requestId: string): void {
    const upTo = this.#asked.get(requestId);
    if (upTo === undefined) return;
    this.#forgetAsked(upTo);
    const received = this.#waiting.splice(0, upTo - this.#first);
    this.#first = upTo;
    for (const run of received) run();
    if (this.#hasUnasked) this.#askSoon();
  }

  stop(): void {
    this.#asking?.cancel();
    this.#asking = undefined;
    this.#first = this.#end;
    this.#waiting.length = 0;
    this.#asked.clear();
  }

  get #end(): number {
    return this.#first + this.#waiting.length;
  }

  get #hasUnasked(): boolean {
    return this.#end > this.#askedUpTo;
  }

  #dropOldest(): void {
    this.#waiting.shift();
    this.#first += 1;
    this.#forgetAsked(this.#first);
  }

  /** Pings that ask for nothing any more. */
  #forgetAsked(upTo: number): void {
    for (const [id, end] of this.#asked) {
      if (end > upTo) return;
      this.#asked.delete(id);
    }
  }

  /** One question at a time: a relay that does not answer is not asked more often. */
  #askSoon(): void {
    if (this.#asking !== undefined || this.#asked.size > 0) return;
    this.#asking = this.#options.clock.after(ASK_MS, () => {
      this.#asking = undefined;
      this.#options.ping();
    });
  }
}

interface ReceiptsOptions {
  readonly clock: Clock;
  /** Sends a ping, and says so to `pinged`. */
  ping(): void;
}
