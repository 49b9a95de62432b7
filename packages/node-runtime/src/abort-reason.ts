import { OttoError } from '@telepat/otto-protocol';

/** Why a signal was aborted, as an error to end with. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new OttoError('command_cancelled');
}
