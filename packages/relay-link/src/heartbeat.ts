import type { Clock, Timer } from './ports.js';

/** Silence of this many intervals means that the relay, or the way to it, is gone. */
const HEARTBEAT_MISS_LIMIT = 3;

/** Says that we live, and notices when the relay no longer does. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: Timer | undefined;
  #heardAt = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.heard();
    this.#arm();
  }

  /** Any frame of the relay is a sign of life. */
  heard(): void {
    this.#heardAt = this.#options.clock.ticks();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(this.#options.intervalMs, () => this.#beat());
  }

  #beat(): void {
    const { clock, intervalMs, ping, lost } = this.#options;
    if (clock.ticks() - this.#heardAt >= intervalMs * HEARTBEAT_MISS_LIMIT) {
      this.#timer = undefined;
      lost();
      return;
    }
    this.#arm();
    ping();
  }
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Sends the cheapest frame that counts. */
  ping(): void;
  /** Told once, after which nothing more happens. */
  lost(): void;
}
