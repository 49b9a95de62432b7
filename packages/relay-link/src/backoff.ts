import type { Random } from './ports.js';

/**
 * How long to wait before the next try: anything between a moment and a longest wait that doubles with each failure, up
 * to a bound. Chance decides nearly all of it, so that clients that lost the same relay do not come back all at once.
 *
 * @example backoffMs(0, Math.random) // between 100 and 500
 */
export function backoffMs(failures: number, random: Random, longestMs: number = BACKOFF_MS_MAX): number {
  const longest = Math.min(longestMs, FIRST_MS_MAX * 2 ** Math.min(failures, DOUBLINGS_MAX));
  return Math.round(BACKOFF_MS_MIN + (longest - BACKOFF_MS_MIN) * random());
}

/** The shortest wait. */
export const BACKOFF_MS_MIN = 100;

/** The longest wait. */
export const BACKOFF_MS_MAX = 15_000;

/** The longest wait after a first failure. */
const FIRST_MS_MAX = 500;

/** Keeps the power small; the bound is reached long before. */
const DOUBLINGS_MAX = 20;
