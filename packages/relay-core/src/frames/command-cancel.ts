import { OttoError, commandCancelPayload, isObject, type Envelope } from '@telepat/otto-protocol';
import { DurableRun } from '../durable/durable-run.js';
import type { RelayRooms } from '../relay-rooms.js';
import { ControllerCommands } from '../session/controller-commands.js';
import type { Session } from '../session/session.js';

/**
 * Cancels a command of the sender's own: found in its session first, then among those that an earlier session of the
 * same identity left behind.
 */
export function cancelCommand(session: Session, frame: Envelope, _bytes: Uint8Array, rooms: RelayRooms): void {
  if (session.identity.role !== 'controller') throw new OttoError('forbidden_role');
  const targetRequestId = targetOf(frame);
  const stream = session.streams.get(targetRequestId);
  if (stream !== undefined) {
    rooms.subscriptions.streams.end(stream, { outcome: 'cancelled' });
    session.reply('event', frame, { type: 'cancel_ack', targetRequestId, status: 'cancelled' });
    return;
  }
  const submission = session.submissions.get(targetRequestId);
  if (submission !== undefined) {
    const status = rooms.durable.cancel(submission);
    session.reply('event', frame, { type: 'cancel_ack', targetRequestId, status });
    return;
  }
  const { channel, command } = findOwn(session, targetRequestId, rooms);
  const { nodeId, action } = command.order;

  const status = channel.cancel(command);
  session.reply('event', frame, { type: 'cancel_ack', targetRequestId, status });
  rooms.log.write({
    level: 'info',
    source: 'controller',
    type: 'command_cancel_requested',
    requestId: targetRequestId,
    ...session.logIds(),
    nodeId,
    action,
    status,
  });
}

function targetOf(frame: Envelope): string {
  if (isObject(frame.payload) && frame.payload['targetRequestId'] === undefined) {
    throw new OttoError('missing_target_request');
  }
  const payload = commandCancelPayload.safeParse(frame.payload);
  if (!payload.success) throw new OttoError('missing_target_request');
  return payload.data.targetRequestId;
}

function findOwn(session: Session, requestId: string, rooms: RelayRooms) {
  const own = session.commands.get(requestId);
  const channel = own === undefined ? undefined : rooms.nodes.get(own.order.nodeId);
  if (own !== undefined && channel?.find(requestId) === own) return { channel, command: own };

  const live = rooms.nodes.findCommands(requestId).filter(({ command }) => !command.isSettled);
  const left = live.find(
    ({ command: { owner } }) =>
      (owner instanceof ControllerCommands || owner instanceof DurableRun) && owner.mayBeCancelledBy(session),
  );
  if (left !== undefined) return left;
  const isLive = live.length > 0 || rooms.subscriptions.streams.isAnywhere(requestId);
  throw new OttoError(isLive ? 'command_owner_mismatch' : 'command_not_found');
}
