import { abortReason } from './abort-reason.js';

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. What comes of `work` afterwards
 * is nobody's concern, and no unhandled rejection.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortReason(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const leave = (): void => signal.removeEventListener('abort', stop);
    work.then(resolve, reject).finally(leave);
  });
}
