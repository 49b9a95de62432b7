import { OttoError } from '@telepat/otto-protocol';

/** What playwright threw, under a name of our catalogue: it tells the end of a tab by the words of its message only. */
export function namedFailure(error: unknown): OttoError {
  if (error instanceof OttoError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/crashed/i.test(message)) return new OttoError('tab_crashed', {}, { cause: error });
  if (/has been closed|session closed|target closed|browser closed/i.test(message)) {
    return new OttoError('tab_closed', {}, { cause: error });
  }
  return OttoError.from(error);
}
