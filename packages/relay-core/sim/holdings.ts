import { demand } from './invariants.js';
import type { World } from './world.js';

/** How many nonces of one identity a relay remembers at the most: each has passed the rate limit. */
const noncesMax = (rateLimitPerMin: number, replayWindowMs: number): number =>
  rateLimitPerMin + (rateLimitPerMin * 2 * replayWindowMs) / 60_000;

/** Holds the tables of a relay against what is live in its world, and against their bounds. */
export function demandHoldings({ model, relay, sockets }: World): void {
  const held = relay.tables();
  const recorded = relay.records();
  const pairs = [
    ...Object.entries(model.tables()).map(([name, size]) => [name, held[name as keyof typeof held], size] as const),
    ...Object.entries(model.records()).map(
      ([name, size]) => [`${name} on record`, recorded[name as keyof typeof recorded], size] as const,
    ),
  ];
  for (const [name, is, size] of pairs) {
    demand(is === size, 'tables_match', () => `${name}: the relay holds ${is}, ${size} are live`);
  }
  // A socket that the relay has closed is its own until its end is reported.
  const open = [...sockets].length;
  demand(held.connections <= open, 'within_bounds', () => `${held.connections} connections of ${open} sockets`);
  const { rateLimitPerMin, replayWindowMs } = model.facts.rules;
  const noncesAllowed = held.ledgers * noncesMax(rateLimitPerMin, replayWindowMs);
  const what = () => `${held.nonces} nonces of ${held.ledgers} identities, and ${noncesAllowed} is the bound`;
  demand(held.nonces <= noncesAllowed, 'within_bounds', what);
}
