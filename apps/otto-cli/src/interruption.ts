/** The user, or the system, wants the command to stop: Ctrl+C and its like. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly signal: InterruptingSignal;

  constructor(signal: InterruptingSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** What stops a command, each with the exit code that shells expect. SIGPIPE: nobody reads our output any more. */
export const INTERRUPTING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGPIPE: 141 } as const;

export type InterruptingSignal = keyof typeof INTERRUPTING_SIGNALS;

/** Resolves when the signal is aborted; at once if it is already. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The outcome of `work`, or a rejection with the signal's reason as soon as it is aborted. The work itself goes on. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
