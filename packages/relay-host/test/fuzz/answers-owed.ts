import { UNKNOWN_REQUEST_ID, decodeFrame, isObject, type Envelope, type Role } from '@telepat/otto-protocol';
import { FrameError } from '@telepat/otto-protocol';

/**
 * The `requestId` under which the relay owes an answer to a frame that it was sent on an open connection; undefined
 * when it owes none. It owes one to everything, text that is no frame included, but for
 *
 * - `pong` with an object as payload,
 * - on an authenticated connection, `result` and `error` with an object as payload: they are answers themselves, or
 *   they are dropped and logged,
 * - `event` of an authenticated node: updates and log entries are one-way, and those of unknown types are dropped,
 * - `session_detach` of an authenticated controller, which leaves.
 */
export function answerOwed(text: string, from: { role: Role; isAuthenticated: boolean }): string | undefined {
  let frame: Envelope;
  try {
    frame = decodeFrame(text);
  } catch (thrown) {
    return thrown instanceof FrameError ? thrown.requestId : UNKNOWN_REQUEST_ID;
  }
  return isOneWay(frame, from) ? undefined : frame.requestId;
}

function isOneWay(
  { messageType, payload, senderRole }: Envelope,
  from: { role: Role; isAuthenticated: boolean },
): boolean {
  if (senderRole !== from.role) return false;
  if (messageType === 'pong') return !from.isAuthenticated || isObject(payload);
  if (!from.isAuthenticated || !isObject(payload)) return false;
  if (messageType === 'result' || messageType === 'error') return true;
  return messageType === 'event' && (from.role === 'node' || payload['type'] === 'session_detach');
}
