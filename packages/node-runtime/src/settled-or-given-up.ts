import type { Clock, Timer } from '@telepat/otto-relay-link';
import { abortReason } from './abort-reason.js';

/**
 * Settles as the work does; once the signal aborted, it waits for that no longer than `patienceMs`, and rejects with
 * the signal's reason then.
 */
export function settledOrGivenUp<T>(work: Promise<T>, { signal, clock, patienceMs }: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    let patience: Timer | undefined;
    const onAbort = (): void => {
      patience = clock.after(patienceMs, () => reject(abortReason(signal)));
    };
    const settle = (): void => {
      patience?.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(settle);
  });
}

interface Patience {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly patienceMs: number;
}
