import type { Envelope } from '@telepat/otto-protocol';
import { DurableRun } from '../durable/durable-run.js';
import type { PendingCommand } from '../node/pending-command.js';
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
  const verdict = channel?.link === session ? channel.answered(frame, bytes) : 'foreign';
  if (verdict === 'settled') return;

  const isLate = typeof verdict === 'object';
  if (isLate) {
    const { late } = verdict;
    rooms.subscriptions.late(late, frame);
    noteTab(late, frame, rooms);
  }
  if (verdict !== 'foreign' && rooms.durable.takeLate(nodeId ?? '', frame)) return;
  const isForeign = verdict === 'foreign' || (!isLate && rooms.nodes.findCommands(frame.requestId).length > 0);
  rooms.log.write({
    level: isForeign ? 'warn' : 'debug',
    source: isForeign ? 'relay' : 'node',
    type: isForeign ? 'result_owner_mismatch' : 'late_result_dropped',
    requestId: frame.requestId,
    ...session.logIds(),
    data: { dataBytes: bytes.byteLength },
  });
}

/** A tab that was opened too late for its command is open all the same. */
function noteTab({ order, owner }: PendingCommand, frame: Envelope, rooms: RelayRooms): void {
  if (!(owner instanceof ControllerCommands || owner instanceof DurableRun)) return;
  rooms.tabOwners.note(owner.session.ledger.key, order, frame);
}
