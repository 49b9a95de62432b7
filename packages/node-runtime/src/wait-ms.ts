import type { ActionCall } from './node-action.js';

/**
 * How long an action may wait for its page: all that is left of the command, less what it takes to tell in time what
 * did not come. The relay would only know that there was no answer.
 */
export function waitMsOf({ msLeft }: Pick<ActionCall, 'msLeft'>): number {
  const left = msLeft();
  return Math.max(0, left - Math.min(TELLING_MS, left / 2));
}

/** To find out why, and for the way to the relay. */
export const TELLING_MS = 1_000;
