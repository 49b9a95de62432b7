import type { Clock } from '@telepat/otto-relay-link';

/** The clock of this machine. */
export const hostClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, TIMER_MS_MAX));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Node runs a longer timer at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;
