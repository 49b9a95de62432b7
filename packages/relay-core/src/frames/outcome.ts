import type { Envelope } from '@telepat/otto-protocol';
import { DurableRun } from '../durable/durable-run.js';
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

  const isDurable = rooms.durable.takeLate(channel.nodeId, frame);
  if (verdict !== 'unknown') {
    rooms.subscriptions.late(verdict.late, frame);
    noteTab(verdict.late, frame, rooms);
    logDropped(session, frame, rooms, { type: 'late_result_dropped', command: verdict.late });
  } else if (!isDurable) {
    const isElsewhere = rooms.nodes.findCommands(frame.requestId).length > 0;
    logDropped(session, frame, rooms, { type: isElsewhere ? 'result_owner_mismatch' : 'late_result_dropped' });
  }
}

/** A tab that was opened too late for its command is open all the same. */
function noteTab({ order, owner }: PendingCommand, frame: Envelope, rooms: RelayRooms): void {
  if (!(owner instanceof ControllerCommands || owner instanceof DurableRun)) return;
  rooms.tabOwners.note(owner.session.ledger.key, order, frame);
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
