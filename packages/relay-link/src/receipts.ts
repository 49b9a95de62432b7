import type { Clock, Timer } from './ports.js';

/** How long what was sent may wait for a ping that asks whether it arrived; the heartbeat's may come sooner. */
const ASK_MS = 250;

/**
 * Knows what the relay has surely got: it handles the frames of a connection in order, so that a ping that it answers
 * stands behind everything that was sent before.
 */
export class Receipts {
  readonly #options: ReceiptsOptions;
  /** For what was sent since the last ping. */
  #unasked: (() => void)[] = [];
  /** For what was sent before each ping that is not answered yet. */
  readonly #asked = new Map<string, readonly (() => void)[]>();
  #asking: Timer | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** `received` runs when the relay has got all that was sent until now; never, when the connection ends before. */
  expect(received: () => void): void {
    this.#unasked.push(received);
    this.#askSoon();
  }

  /** A ping is on its way. */
  pinged(requestId: string): void {
    if (this.#unasked.length === 0) return;
    this.#asked.set(requestId, this.#unasked);
    this.#unasked = [];
    this.#asking?.cancel();
    this.#asking = undefined;
  }

  /** A pong came. One that answers no ping of ours tells nothing. */
  answered(requestId: string): void {
    if (!this.#asked.has(requestId)) return;
    for (const [id, runs] of this.#asked) {
      this.#asked.delete(id);
      for (const received of runs) received();
      if (id === requestId) break;
    }
    if (this.#unasked.length > 0) this.#askSoon();
  }

  stop(): void {
    this.#asking?.cancel();
    this.#asking = undefined;
    this.#unasked = [];
    this.#asked.clear();
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
