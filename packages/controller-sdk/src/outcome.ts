import { OttoError, RemoteError, isObject, type Envelope, type ErrorCode } from '@telepat/otto-protocol';

/** What a `result` frame means: the answer of the action, or an OttoError when the node says that it did not work. */
export function outcomeOf(frame: Envelope): CommandResult | OttoError {
  const payload = isObject(frame.payload) ? frame.payload : {};
  if (payload['ok'] !== true) return failureOf(payload, frame.requestId);
  const { durationMs, warnings } = payload;
  return {
    requestId: frame.requestId,
    data: payload['data'],
    durationMs: typeof durationMs === 'number' ? durationMs : 0,
    ...(Array.isArray(warnings) ? { warnings: warnings.map(String) } : {}),
    payload,
  };
}

/** What an `event` on the way of a command means; undefined for events that say nothing of it. */
export function commandEventOf(payload: Readonly<Record<string, unknown>>): CommandEvent | undefined {
  const { type, queueDepth } = payload;
  if (type === 'routed') return { type };
  if (type === 'queued') return { type, queueDepth: typeof queueDepth === 'number' ? queueDepth : 1 };
  return undefined;
}

/** Our nodes report failure in an `error` frame; older ones may send a `result` that is not ok. */
function failureOf(payload: Readonly<Record<string, unknown>>, requestId: string): OttoError {
  if (isObject(payload['error'])) return new RemoteError(payload['error'], requestId);
  const code = FAILED_OUTCOMES.get(payload['commandOutcome']) ?? 'internal_error';
  const action = typeof payload['action'] === 'string' ? { action: payload['action'] } : {};
  return new OttoError(code, {
    message: 'The node says that the command failed.',
    effect: 'unknown',
    requestId,
    ...action,
  });
}

const FAILED_OUTCOMES = new Map<unknown, ErrorCode>([
  ['timed_out', 'command_timed_out'],
  ['cancelled', 'command_cancelled'],
]);

/** The terminal answer of a command that worked. */
export interface CommandResult<D = unknown> {
  readonly requestId: string;
  readonly data: D;
  readonly durationMs: number;
  readonly warnings?: readonly string[];
  /** The payload of the `result` frame, as the node sent it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** News of a command on its way. */
export type CommandEvent =
  /** It waits in its tab's queue, as the `queueDepth`-th. */
  | { readonly type: 'queued'; readonly queueDepth: number }
  /** It was handed to the node. */
  | { readonly type: 'routed' }
  /** It worked, and its node has something to say about it; comes before the promise resolves. */
  | { readonly type: 'warned'; readonly warnings: readonly string[] }
  /** The connection, or that of the node, was lost, and the durable command was submitted again, with its key. */
  | { readonly type: 'resubmitted' }
  /** It failed with `error`; after `waitMs` begins its `attempt`-th try, the first being 1. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly waitMs: number; readonly error: OttoError };
