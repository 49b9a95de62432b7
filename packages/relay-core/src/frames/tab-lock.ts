import { OttoError, type Envelope } from '@telepat/otto-protocol';
import {
  KEPT_STRING_LENGTH_MAX,
  LOCKS_PER_IDENTITY_MAX,
  LOCK_LEASE_MS_DEFAULT,
  LOCK_LEASE_MS_MAX,
  LOCK_LEASE_MS_MIN,
} from '@telepat/otto-protocol/limits';
import { traceFields } from '../logs/trace-fields.js';
import type { TabLock } from '../node/tab-locks.js';
import type { RelayRooms } from '../relay-rooms.js';
import { ControllerCommands } from '../session/controller-commands.js';
import type { Session } from '../session/session.js';
import { checkGrant, checkSender } from './command.js';
import { requireObjectPayload } from './payload.js';

/** `tab_lock`: takes or renews a lease. The node need not be connected. */
export function lockTab(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  checkSender(session, rooms);
  session.count();
  const { nodeId, tabSessionId } = tabOf(frame);
  checkGrant(session, nodeId, rooms);
  const leaseMs = leaseOf(frame);

  const held = rooms.locks.find(nodeId, tabSessionId);
  if (held !== undefined && held.holder !== session.owner) {
    refuseLocked(session, frame, held, rooms);
    return;
  }
  if (held === undefined) {
    if (session.ledger.lockCount >= LOCKS_PER_IDENTITY_MAX) throw new OttoError('too_many_locks', { effect: 'none' });
    session.ledger.lockCount += 1;
  } else {
    session.locks.delete(held);
  }
  const { requestId, traceId, traceparent } = frame;
  const terms = { holder: session.owner, leaseMs, requestId, traceId, traceparent };
  const lock = rooms.locks.hold(nodeId, tabSessionId, terms);
  session.locks.add(lock);
  session.reply('event', frame, {
    type: held === undefined ? 'lock_acquired' : 'lock_renewed',
    ...described(lock),
    lockLeaseMs: lock.leaseMs,
  });
  if (held === undefined) log(session, frame, { lock, rooms, type: 'lock_acquired' });
}

/** `tab_unlock`: gives a lease back; that nobody holds the tab is as good. */
export function unlockTab(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  checkSender(session, rooms);
  const { nodeId, tabSessionId } = tabOf(frame);
  const held = rooms.locks.find(nodeId, tabSessionId);
  if (held !== undefined && held.holder !== session.owner) {
    throw new OttoError('lock_not_owned', { effect: 'none', nodeId, tabSessionId });
  }
  if (held !== undefined) rooms.locks.release(held);
  session.reply('event', frame, { type: 'lock_released', targetNodeId: nodeId, tabSessionId });
}

function refuseLocked(session: Session, frame: Envelope, held: TabLock, rooms: RelayRooms): void {
  const { nodeId, tabSessionId } = held;
  session.sendError(frame, new OttoError('tab_locked', { effect: 'none', nodeId, tabSessionId }));
  session.reply('event', frame, { type: 'lock_conflict', ...described(held) });
  log(session, frame, { lock: held, rooms, type: 'lock_conflict' });
}

function described(lock: TabLock) {
  const { holder } = lock;
  const owner = holder instanceof ControllerCommands ? holder.session.identity.controllerId : undefined;
  return {
    targetNodeId: lock.nodeId,
    tabSessionId: lock.tabSessionId,
    lockOwnerControllerId: owner ?? '',
    lockExpiresAt: lock.expiresAt,
  };
}

function tabOf(frame: Envelope): { nodeId: string; tabSessionId: string } {
  const payload = requireObjectPayload(frame);
  const nodeId = payload['targetNodeId'];
  const tabSessionId = payload['tabSessionId'];
  if (nodeId === undefined || nodeId === '') throw new OttoError('missing_target_node', { effect: 'none' });
  if (tabSessionId === undefined || tabSessionId === '') throw new OttoError('missing_tab_session', { effect: 'none' });
  if (!isKept(nodeId) || !isKept(tabSessionId)) {
    const message = 'targetNodeId and tabSessionId must be strings of at most 200 characters.';
    throw new OttoError('invalid_envelope', { effect: 'none', message });
  }
  return { nodeId, tabSessionId };
}

function leaseOf(frame: Envelope): number {
  const leaseMs = requireObjectPayload(frame)['lockLeaseMs'] ?? LOCK_LEASE_MS_DEFAULT;
  if (typeof leaseMs !== 'number' || !Number.isFinite(leaseMs)) {
    throw new OttoError('invalid_envelope', { effect: 'none', message: 'lockLeaseMs must be a finite number.' });
  }
  return Math.min(Math.max(leaseMs, LOCK_LEASE_MS_MIN), LOCK_LEASE_MS_MAX);
}

function isKept(value: unknown): value is string {
  return typeof value === 'string' && value.length <= KEPT_STRING_LENGTH_MAX;
}

function log(session: Session, frame: Envelope, { lock, rooms, type }: LockLogEntry): void {
  const { nodeId, tabSessionId, leaseMs } = lock;
  rooms.log.write({
    level: type === 'lock_conflict' ? 'warn' : 'info',
    source: 'controller',
    type,
    requestId: frame.requestId,
    ...traceFields(frame),
    ...session.logIds(),
    nodeId,
    data: { tabSessionId, leaseMs },
  });
}

interface LockLogEntry {
  readonly lock: TabLock;
  readonly rooms: RelayRooms;
  readonly type: 'lock_acquired' | 'lock_conflict';
}
