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

/**
 * How long a relay may take, after an interruption, to answer with what it gives only once. One that is there answers in
 * far less.
 */
export const GIVEN_ONCE_MS_MAX = 500;

export type InterruptingSignal = keyof typeof INTERRUPTING_SIGNALS;

/**
 * For what runs until it is told to end, when it has ended. Whoever ends services with SIGTERM expects success; Ctrl+C and
 * its like are told apart.
 */
export function throwUnlessAskedToEnd(reason: unknown): void {
  if (reason instanceof Interruption && reason.signal !== 'SIGTERM') throw reason;
}

/** Resolves when the signal is aborted; at once if it is already. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * The outcome of `work`, or a rejection with the signal's reason once it is aborted and a grace has passed, in which the
 * work may still end by itself. What has not ended by then goes on, unheard.
 */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>, { graceMs } = { graceMs: 0 }): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    const abort = () => {
      if (graceMs === 0) giveUp();
      else timer = setTimeout(giveUp, graceMs);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
  });
}
