import type { Random } from './ports.js';

/**
 * How long to wait before the next try: it doubles with each failure, up to a bound, and a random half of it keeps
 * clients that lost the same relay from coming back all at once.
 *
 * @example backoffMs(0, Math.random) // between 100 and 200
 */
export function backoffMs(failures: number, random: Random): number {
  const longest = Math.min(BACKOFF_MS_MAX, 2 * BACKOFF_MS_MIN * 2 ** Math.min(failures, DOUBLINGS_MAX));
  return Math.round(longest / 2 + (longest / 2) * random());
}

/** The shortest wait. */
export const BACKOFF_MS_MIN = 100;

/** The longest wait. */
export const BACKOFF_MS_MAX = 15_000;

/** Keeps the power small; the bound is reached long before. */
const DOUBLINGS_MAX = 20;
