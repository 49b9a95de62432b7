/** Failures of Node's `fetch` in which no connection was made, so that the relay has seen nothing. Browsers do not tell. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What is known of the effect of a call whose `fetch` failed. */
export function fetchEffect(error: unknown): { effect?: 'none' } {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && NOT_CONNECTED.has(cause.code) ? { effect: 'none' } : {};
}

/** `fetch` says only that it failed; its cause says why. */
export function fetchReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
