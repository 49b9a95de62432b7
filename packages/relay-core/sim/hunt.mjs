import { withBundle } from './bundle.mjs';
import { runCrew } from './crew.mjs';

/** Within so many seeds each mutation must be caught: as many as the tests run. */
export const SEEDS_MAX = 2_000;

/**
 * Runs storms over a core that is broken on purpose, until they find it. Rejects when the mutation does not apply.
 *
 * @type {typeof import('./hunt.d.mts').hunt}
 */
export function hunt(mutation) {
  return withBundle((bundle) => runCrew({ bundle, from: 1, to: 1 + SEEDS_MAX }), mutation);
}
