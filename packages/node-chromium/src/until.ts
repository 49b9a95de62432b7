import { OttoError } from '@telepat/otto-protocol';

/**
 * Waits for `work`, but not after one of the signals has aborted: then it rejects with that signal's reason. What
 * comes of `work` afterwards is nobody's concern, and no unhandled rejection.
 */
export function until<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const aborted = signals.find((signal) => signal.aborted);
      if (aborted !== undefined) settle(() => reject(abortReason(aborted)));
    };
    const settle = (run: () => void): void => {
      for (const signal of signals) signal.removeEventListener('abort', stop);
      run();
    };
    for (const signal of signals) signal.addEventListener('abort', stop);
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    stop();
  });
}

/** Like `until` with a limit of time: undefined when it passes first. */
export async function within<T>(ms: number, work: Promise<T>, signals: readonly AbortSignal[]): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await until(Promise.race([work, late]), signals);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a signal was aborted, as an error of ours. */
export function abortReason(signal: AbortSignal): OttoError {
  const reason: unknown = signal.reason;
  return reason instanceof OttoError ? reason : new OttoError('command_cancelled', {}, { cause: reason });
}
