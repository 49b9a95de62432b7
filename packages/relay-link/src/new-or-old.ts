import type { Clock } from './ports.js';

/**
 * How long whoever connects waits for a token that is renewed in good time. The old one is good meanwhile, and HTTP that
 * stalls must not keep a client from a relay that is back: with the longest wait between two tries it is less than 2 s.
 */
export const RENEWAL_WAIT_MS = 400;

/** The new token if it comes soon, and else the old one, while the renewal goes on. Fails as the renewal does. */
export function newOrOld(renewal: Promise<string>, old: string, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const enough = clock.after(RENEWAL_WAIT_MS, () => resolve(old));
    renewal.finally(() => enough.cancel()).then(resolve, reject);
  });
}
