import type { Effect, ErrorCategory, OttoError } from '@telepat/otto-protocol';

/** An error as scripts get it, under `error`. */
export function failureDocument(error: OttoError): Failure {
  const { effect, requestId } = error;
  return {
    code: error.code,
    category: error.category,
    message: error.message,
    retryable: error.retryable,
    ...(effect === undefined ? {} : { effect }),
    ...(requestId === undefined ? {} : { requestId }),
    hint: error.hint,
  };
}

export interface Failure {
  readonly code: string;
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryable: boolean;
  readonly effect?: Effect;
  readonly requestId?: string;
  readonly hint: string;
}
