import {
  OttoError,
  extensionLogEvent,
  isDeeperThan,
  isObject,
  logsSubscribeEvent,
  sessionDetachEvent,
  type Envelope,
} from '@telepat/otto-protocol';
import { JSON_DEPTH_MAX, KEEP_TABS_MS_MAX } from '@telepat/otto-protocol/limits';
import { traceFields } from '../logs/trace-fields.js';
import type { OwnerIds } from '../node/pending-command.js';
import type { RelayRooms } from '../relay-rooms.js';
import { LiveLog, checkMayFollow } from '../session/live-log.js';
import type { Session } from '../session/session.js';
import { takeListenerUpdate } from './listener-update.js';
import { requireObjectPayload } from './payload.js';

/** An `event`: what it is depends on its `type` and on who sends it. */
export function takeEvent(session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms): void {
  const payload = objectPayload(session, frame);
  const { type } = payload;
  if (session.identity.role === 'node') {
    if (type === 'listener_update') takeListenerUpdate(session, frame, bytes, rooms);
    else takeNodeEvent(session, frame, payload, rooms);
    return;
  }
  session.count();
  if (type === 'session_detach') detach(session, payload);
  else if (type === 'logs_subscribe') followLog(session, frame, payload, rooms);
  else throw new OttoError('invalid_envelope', { message: 'A controller sends no event of this type.' });
}

/** An event without a payload is nobody's, and counts. */
function objectPayload(session: Session, frame: Envelope): Record<string, unknown> {
  if (!isObject(frame.payload)) session.count();
  return requireObjectPayload(frame);
}

/** The controller leaves for a while and wants to find its tabs again. */
function detach(session: Session, payload: Record<string, unknown>): void {
  const event = sessionDetachEvent.safeParse(payload);
  if (!event.success) {
    throw new OttoError('invalid_envelope', { message: 'keepTabsMs must be a number from 0 to 600000.' });
  }
  session.keepTabsMs = event.data.keepTabsMs ?? KEEP_TABS_MS_MAX;
}

/** A second subscription takes the place of the first. */
function followLog(session: Session, frame: Envelope, payload: Record<string, unknown>, rooms: RelayRooms): void {
  checkMayFollow(session);
  const event = logsSubscribeEvent.safeParse(payload);
  if (!event.success) throw new OttoError('invalid_logs_subscribe', { effect: 'none' });
  const source = event.data.source ?? 'all';
  const { bufferedBytesMax } = rooms.config;

  // What was written before is not for one who follows from now on.
  rooms.log.flush();
  if (session.liveLog !== undefined) rooms.logFeed.remove(session.liveLog);
  session.liveLog = new LiveLog(session, {
    grants: rooms.access.grants,
    requestId: frame.requestId,
    source,
    bufferedBytesMax,
  });
  session.reply('event', frame, { type: 'logs_subscribed', source });
  rooms.logFeed.add(session.liveLog);
}

function takeNodeEvent(session: Session, frame: Envelope, payload: Record<string, unknown>, rooms: RelayRooms): void {
  session.count();
  const nodeId = session.identity.nodeId ?? '';
  if (payload['type'] !== 'extension_log') {
    const status = typeof payload['type'] === 'string' ? payload['type'].slice(0, 100) : 'unknown';
    const ids = { requestId: frame.requestId, ...traceFields(frame), nodeId };
    rooms.log.write({ level: 'debug', source: 'node', type: 'unknown_event_dropped', ...ids, status });
    return;
  }
  const event = isDeeperThan(payload, JSON_DEPTH_MAX) ? undefined : extensionLogEvent.safeParse(payload).data;
  if (event === undefined) throw new OttoError('invalid_extension_log');
  const { entry } = event;
  const command = entry.requestId === undefined ? undefined : rooms.nodes.get(nodeId)?.find(entry.requestId);
  const traceId = entry.traceId ?? frame.traceId ?? command?.order.traceId;
  const owner = command?.owner.logIds() ?? ownerOf(entry.requestId, nodeId, rooms);
  rooms.log.writeFromNode(nodeId, { ...entry, ...traceFields({ traceId }) }, owner);
}

/** A node's entry belongs to the client whose request it is about: one that lasts, is on record, or is just over. */
function ownerOf(requestId: string | undefined, nodeId: string, rooms: RelayRooms): OwnerIds | undefined {
  if (requestId === undefined) return undefined;
  const { access, durable, endedRequests, subscriptions } = rooms;
  const lasting = subscriptions.listeners.find(nodeId, requestId) ?? subscriptions.streams.find(nodeId, requestId);
  if (lasting !== undefined) return lasting.session.logIds();
  const ended = endedRequests.ownerOf(nodeId, requestId);
  if (ended !== undefined) return ended;
  const identity = durable.identityOf(nodeId, requestId);
  return identity === undefined ? undefined : access.idsOf(identity);
}
