import type { ExchangeIds } from './trace-context.js';
import { PROTOCOL_VERSION } from './version.js';

/** Every message type of Otto protocol 1.x that this build understands. */
export const MESSAGE_TYPES = [
  'hello',
  'hello_ack',
  'auth',
  'auth_ack',
  'refresh',
  'refresh_ack',
  'command',
  'result',
  'error',
  'event',
  'command_cancel',
  'tab_lock',
  'tab_unlock',
  'ping',
  'pong',
] as const;

export const ROLES = ['controller', 'node'] as const;
export const SENDER_ROLES = [...ROLES, 'relay'] as const;

/**
 * A new frame of the given type, ready to be encoded.
 *
 * @example encodeFrame(makeFrame('ping', { requestId: 'r1', senderRole: 'node', payload: {} }))
 */
export function makeFrame<P extends object>(
  messageType: MessageType,
  fields: ExchangeIds & { senderRole: SenderRole; payload: P; timestamp?: string },
): OutgoingFrame<P> {
  const { requestId, traceId, traceparent, timestamp, senderRole, payload } = fields;
  const frame: Draft<P> = { protocolVersion: PROTOCOL_VERSION, messageType, requestId, senderRole, payload };
  if (traceId !== undefined) frame.traceId = traceId;
  if (traceparent !== undefined) frame.traceparent = traceparent;
  if (timestamp !== undefined) frame.timestamp = timestamp;
  return frame;
}

export type MessageType = (typeof MESSAGE_TYPES)[number];
export type Role = (typeof ROLES)[number];
export type SenderRole = (typeof SENDER_ROLES)[number];

/** A frame as it came in: the envelope is known, the payload not yet. Extra fields are kept. */
export interface Envelope {
  readonly protocolVersion: string;
  readonly messageType: MessageType;
  readonly requestId: string;
  readonly traceId?: string;
  readonly traceparent?: string;
  readonly timestamp?: unknown;
  readonly senderRole: SenderRole;
  readonly payload: unknown;
}

type Draft<P extends object> = { -readonly [Field in keyof OutgoingFrame<P>]: OutgoingFrame<P>[Field] };

/** A frame of ours, whose payload has a known shape. */
export interface OutgoingFrame<P extends object = object> extends Envelope {
  readonly timestamp?: string;
  readonly payload: P;
}
