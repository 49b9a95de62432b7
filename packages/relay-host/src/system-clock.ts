import type { Clock, Timer } from '@telepat/otto-relay-core';

/** The longest wait that the timers of Node can hold; a longer one would end at once. */
const TIMER_MS_MAX = 2_147_483_647;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after: (ms, run) => new SystemTimer(ms, run),
};

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined;

  constructor(ms: number, run: () => void) {
    this.#handle = this.#arm(ms, run);
  }

  cancel(): void {
    clearTimeout(this.#handle);
    // Whoever keeps the cancelled timer does not keep Node's own: 120 bytes of each socket.
    this.#handle = undefined;
  }

  #arm(ms: number, run: () => void): NodeJS.Timeout {
    if (ms <= TIMER_MS_MAX) return setTimeout(run, ms);
    return setTimeout(() => (this.#handle = this.#arm(ms - TIMER_MS_MAX, run)), TIMER_MS_MAX);
  }
}
