import { OttoError, isObject, type Envelope } from '@telepat/otto-protocol';
import { KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
import type { RelayRooms } from '../relay-rooms.js';
import type { Session } from '../session/session.js';

/** A node that goes on after its subscription ended is answered each time, and logged this often at the most. */
const STRAY_LOG_MS = 1_000;

/** News of a subscription: passed on to its owner, and nobody else, as the bytes that came. */
export function takeListenerUpdate(session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms): void {
  const { listeners } = rooms.subscriptions;
  const listener = listeners.find(session.identity.nodeId ?? '', frame.requestId);
  if (listener !== undefined && isWellFormed(frame.payload)) {
    listeners.deliver(listener, bytes);
    return;
  }
  const strayCode = listeners.isElsewhere(frame.requestId) ? 'listener_node_mismatch' : 'listener_not_found';
  const error = new OttoError(listener === undefined ? strayCode : 'invalid_listener_update');

  const ticks = rooms.clock.ticks();
  if (ticks - session.strayLoggedAt >= STRAY_LOG_MS) {
    session.strayLoggedAt = ticks;
    session.fail(frame, error);
  } else {
    session.sendError(frame, error);
  }
}

/** By hand, because updates are many; PROTOCOL.md, `listener_update`, and its schema say the same. */
function isWellFormed(payload: unknown): boolean {
  if (!isObject(payload) || payload['data'] === undefined) return false;
  const { updateType, emittedAt } = payload;
  const hasType = updateType === undefined || isKept(updateType);
  return hasType && (emittedAt === undefined || typeof emittedAt === 'number' || isKept(emittedAt));
}

function isKept(value: unknown): boolean {
  return typeof value === 'string' && value.length <= KEPT_STRING_LENGTH_MAX;
}
