import { OttoError, commandPayload, type Envelope } from '@telepat/otto-protocol';
import { COMMAND_TIMEOUT_MS_DEFAULT, COMMAND_TIMEOUT_MS_MIN } from '@telepat/otto-protocol/limits';

/** What a node reads of a command: it came through the relay, so that nonce and target were checked there. */
const payloadAtNode = commandPayload.partial({ replayNonce: true, targetNodeId: true });

/**
 * The command of a frame.
 *
 * @throws OttoError `invalid_command`
 */
export function readCommand(frame: Envelope): NodeCommand {
  const parsed = payloadAtNode.safeParse(frame.payload);
  if (!parsed.success) throw new OttoError('invalid_command', { effect: 'none' });
  const { action, idempotencyKey: key, payload = {}, timeoutMs = COMMAND_TIMEOUT_MS_DEFAULT } = parsed.data;
  const tabSessionId = parsed.data.tabSessionId ?? textOf(payload['tabSessionId']);
  return {
    requestId: frame.requestId,
    ...(frame.traceId === undefined ? {} : { traceId: frame.traceId }),
    ...(frame.traceparent === undefined ? {} : { traceparent: frame.traceparent }),
    action,
    input: payload,
    ...(tabSessionId === undefined ? {} : { tabSessionId }),
    ...(key === undefined ? {} : { key }),
    // The relay caps it, and cancels at the end of its own count; this one is for when that does not arrive.
    timeoutMs: Math.max(timeoutMs, COMMAND_TIMEOUT_MS_MIN),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A command that arrived at this node. */
export interface NodeCommand {
  readonly requestId: string;
  readonly traceId?: string;
  readonly traceparent?: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tabSessionId?: string;
  readonly timeoutMs: number;
  /** Under which a relay may ask what became of it. */
  readonly key?: string;
}
