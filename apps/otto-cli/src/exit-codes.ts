import type { OttoError } from '@telepat/otto-protocol';
import { INTERRUPTING_SIGNALS, Interruption } from './interruption.js';

/** How the process ends; an interruption adds 128 and the signal's number. */
export const EXIT_CODES = { success: 0, failure: 1, usage: 2 } as const;

/** The exit code for what stopped a command. */
export function exitCodeOf(reason: OttoError | Interruption): number {
  if (reason instanceof Interruption) return INTERRUPTING_SIGNALS[reason.signal];
  return reason.code === 'invalid_usage' ? EXIT_CODES.usage : EXIT_CODES.failure;
}
