import { abortReason } from './abort-reason.js';

/** Aborts `follower` as soon as `signal` is aborted, for the same reason. The function that it gives ends that. */
export function abortWith(signal: AbortSignal, follower: AbortController): () => void {
  const onAbort = (): void => follower.abort(abortReason(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}
