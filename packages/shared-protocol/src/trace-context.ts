import { KEPT_STRING_LENGTH_MAX } from './limits.js';

/** version - trace-id - parent-id - flags; all zeros and version ff are no ids. A later version may say more behind. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const VERSION_00_LENGTH = 55;

/**
 * The trace id of a W3C `traceparent`; undefined when it is none.
 *
 * @example traceIdOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01') // '4bf92f3577b34da6a3ce929d0e0e4736'
 */
export function traceIdOf(traceparent: unknown): string | undefined {
  if (typeof traceparent !== 'string' || traceparent.length > KEPT_STRING_LENGTH_MAX) return undefined;
  const [, version, traceId] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === '00' && traceparent.length !== VERSION_00_LENGTH) return undefined;
  return traceId;
}

/** What names an exchange in every frame of it, and in the trace that it is a part of. */
export interface ExchangeIds {
  readonly requestId: string;
  readonly traceId?: string | undefined;
  /** W3C Trace Context, as the one who began the exchange gave it. */
  readonly traceparent?: string | undefined;
}
