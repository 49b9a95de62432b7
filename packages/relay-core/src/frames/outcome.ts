import type { Envelope } from '@telepat/otto-protocol';
import { DurableRun } from '../durable/durable-run.js';
import type { LateAnswer } from '../node/drained-commands.js';
import type { PendingCommand } from '../node/pending-command.js';
import { traceFields } from '../logs/trace-fields.js';
import type { RelayRooms } from '../relay-rooms.js';
import { ControllerCommands } from '../session/controller-commands.js';
import type { Session } from '../session/session.js';
import { requireObjectPayload } from './payload.js';

/**
 * A terminal frame of a node. It counts only from the node's current session, for a command that was routed there;
 * anything else is dropped and logged, and its sender is none the wiser.
 */
export function takeOutcome(session: Session, frame: Envelope, bytes: Uint8Array, rooms: RelayRooms): void {
  requireObjectPayload(frame);
  const { nodeId } = session.identity;
  const channel = session.identity.role === 'node' && nodeId !== undefined ? rooms.nodes.get(nodeId) : undefined;
  if (channel?.link !== session) {
    logDropped(session, frame, rooms, { type: 'result_owner_mismatch' });
    return;
  }
  const verdict = channel.answered(frame, bytes);
  if (verdict === 'settled') return;

  const isDurable = rooms.durable.takeLate(channel.nodeId, frame, { isStray: verdict === 'unknown' });
  if (verdict !== 'unknown') {
    takeLate(verdict, frame, rooms);
    logDropped(session, frame, rooms, { type: 'late_result_dropped', command: verdict.late });
  } else if (!isDurable) {
    const isElsewhere = rooms.nodes.findCommands(frame.requestId).length > 0;
    logDropped(session, frame, rooms, { type: isElsewhere ? 'result_owner_mismatch' : 'late_result_dropped' });
  }
}

/** What was done too late for its command is done all the same: a tab is open, a subscription is made or over. */
function takeLate({ late, isDrained }: LateAnswer, frame: Envelope, rooms: RelayRooms): void {
  const { order, owner } = late;
  const session = owner instanceof ControllerCommands || owner instanceof DurableRun ? owner.session : undefined;
  rooms.subscriptions.late(late, session, frame);
  if (session === undefined) return;
  const isTab = rooms.tabOwners.note(session.ledger.key, order, frame);
  if (isTab && isDrained) rooms.orphanTabs.openedLate(session.ledger.key, order.nodeId);
}

function logDropped(session: Session, frame: Envelope, rooms: RelayRooms, { type, command }: Drop): void {
  const owner = command?.owner;
  rooms.log.write({
    level: type === 'result_owner_mismatch' ? 'warn' : 'debug',
    source: 'relay',
    type,
    requestId: frame.requestId,
    ...traceFields(command?.order ?? frame),
    ...session.logIds(),
    ...(owner instanceof ControllerCommands || owner instanceof DurableRun ? owner.logIds() : {}),
  });
}

interface Drop {
  readonly type: 'result_owner_mismatch' | 'late_result_dropped';
  /** The command that the frame was for, if it is known. */
  readonly command?: PendingCommand;
}
