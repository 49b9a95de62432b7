import type { Clock, Timer } from '@telepat/otto-relay-link';

/** When the time of a command is over; the relay may put it off, because somebody else waits for the command longer. */
export class CommandDeadline {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #endsAt: number;
  #timer: Timer;

  constructor(clock: Clock, timeoutMs: number, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
    this.#endsAt = clock.ticks() + timeoutMs;
    this.#timer = clock.after(timeoutMs, onOver);
  }

  get msLeft(): number {
    return Math.max(0, this.#endsAt - this.#clock.ticks());
  }

  /** So much is left from now on, if that is more than there was. */
  putOff(timeoutMs: number): void {
    if (timeoutMs <= this.msLeft) return;
    this.#timer.cancel();
    this.#endsAt = this.#clock.ticks() + timeoutMs;
    this.#timer = this.#clock.after(timeoutMs, this.#onOver);
  }

  cancel(): void {
    this.#timer.cancel();
  }
}
