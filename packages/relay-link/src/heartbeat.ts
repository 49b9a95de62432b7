import type { Clock, Timer } from './ports.js';

/** Silence of this many intervals means that the relay, or the way to it, is gone. */
const HEARTBEAT_MISS_LIMIT = 3;

/** How long a ping may stay unanswered before the relay's being there is in doubt, or half an interval if that is less. */
export const PONG_MS_MAX = 2_000;

/** Says that we live, notices when the relay no longer does, and knows at any moment whether it answers. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: Timer | undefined;
  #patience: Timer | undefined;
  #heardAt = 0;
  #isAnswered = true;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Whether the relay has answered the newest ping, or has still time to; letting us in was an answer, too. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  start(): void {
    this.heard();
    this.#arm();
  }

  /** Any frame of the relay is a sign of life. */
  heard(): void {
    this.#heardAt = this.#options.clock.ticks();
  }

  /** A ping is on its way, of the heartbeat's own or not. */
  pinged(): void {
    const { clock, intervalMs } = this.#options;
    this.#patience ??= clock.after(Math.min(PONG_MS_MAX, intervalMs / 2), () => this.#tell(false));
  }

  /** A pong came. */
  answered(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#tell(true);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#patience?.cancel();
    this.#patience = undefined;
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

  #tell(isAnswered: boolean): void {
    if (isAnswered === this.#isAnswered) return;
    this.#isAnswered = isAnswered;
    this.#options.answering(isAnswered);
  }
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Sends a ping, and says so to `pinged`. */
  ping(): void;
  /** Told of each change of `isAnswered`. */
  answering(isAnswered: boolean): void;
  /** Told once, after which nothing more happens. */
  lost(): void;
}
