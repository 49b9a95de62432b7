import { OttoError, extensionLogEvent, isDeeperThan, sessionDetachEvent, type Envelope } from '@telepat/otto-protocol';
import { JSON_DEPTH_MAX, KEEP_TABS_MS_MAX } from '@telepat/otto-protocol/limits';
import type { RelayRooms } from '../relay-rooms.js';
import { ControllerCommands } from '../session/controller-commands.js';
import type { Session } from '../session/session.js';
import { requireObjectPayload } from './payload.js';
import { countFrame } from './refresh.js';

/** An `event`: what it is depends on its `type` and on who sends it. */
export function takeEvent(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  countFrame(session, rooms);
  const payload = requireObjectPayload(frame);
  if (session.identity.role === 'node') takeNodeEvent(session, frame, payload, rooms);
  else takeControllerEvent(session, payload);
}

function takeControllerEvent(session: Session, payload: Record<string, unknown>): void {
  const detach = sessionDetachEvent.safeParse(payload);
  if (!detach.success) {
    throw new OttoError('invalid_envelope', {
      message: 'Controllers send events of type session_detach, with keepTabsMs from 0 to 600000.',
    });
  }
  session.keepTabsMs = detach.data.keepTabsMs ?? KEEP_TABS_MS_MAX;
}

function takeNodeEvent(session: Session, frame: Envelope, payload: Record<string, unknown>, rooms: RelayRooms): void {
  const nodeId = session.identity.nodeId ?? '';
  if (payload['type'] !== 'extension_log') {
    const status = typeof payload['type'] === 'string' ? payload['type'].slice(0, 100) : 'unknown';
    const { requestId } = frame;
    rooms.log.write({ level: 'debug', source: 'node', type: 'unknown_event_dropped', requestId, nodeId, status });
    return;
  }
  const event = isDeeperThan(payload, JSON_DEPTH_MAX) ? undefined : extensionLogEvent.safeParse(payload).data;
  if (event === undefined) throw new OttoError('invalid_extension_log');
  rooms.log.writeFromNode(nodeId, event.entry, ownerOf(event.entry.requestId, nodeId, rooms));
}

/** A node's entry about a command belongs to the client that sent the command. */
function ownerOf(
  requestId: string | undefined,
  nodeId: string,
  rooms: RelayRooms,
): { clientId?: string; controllerId?: string } | undefined {
  if (requestId === undefined) return undefined;
  const owner = rooms.nodes.get(nodeId)?.find(requestId)?.owner;
  return owner instanceof ControllerCommands ? owner.logIds() : undefined;
}
