import type { Clock, Timer } from '../ports/clock.js';

/**
 * Notices a peer that fell silent. A sign of life only stamps the time; the timer looks at the stamp when it fires and
 * arms itself anew for what is left, so that a busy peer costs no timer per frame.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #silenceMsMax: number;
  readonly #onSilence: () => void;
  #lastSeenAt: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, options: { silenceMsMax: number; onSilence: () => void }) {
    this.#clock = clock;
    this.#silenceMsMax = options.silenceMsMax;
    this.#onSilence = options.onSilence;
    this.#lastSeenAt = clock.ticks();
  }

  /** Monotonic milliseconds of the last sign of life. */
  get lastSeenAt(): number {
    return this.#lastSeenAt;
  }

  start(): void {
    this.#arm(this.#silenceMsMax);
  }

  seen(): void {
    this.#lastSeenAt = this.#clock.ticks();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.after(ms, () => {
      const silentMs = this.#clock.ticks() - this.#lastSeenAt;
      if (silentMs >= this.#silenceMsMax) this.#onSilence();
      else this.#arm(this.#silenceMsMax - silentMs);
    });
  }
}
