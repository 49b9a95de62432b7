import type { Clock } from './clock.js';

/**
 * Milliseconds since a time in ticks, to the microsecond. More digits tell nobody anything, and to write them down costs
 * a log entry 0.4 µs of its two.
 */
export function elapsedMs(clock: Pick<Clock, 'ticks'>, since: number): number {
  return Math.round((clock.ticks() - since) * 1_000) / 1_000;
}
