import { OttoError, commandCancelPayload, isObject, type Envelope } from '@telepat/otto-protocol';
import { DurableRun } from '../durable/durable-run.js';
import { traceFields } from '../logs/trace-fields.js';
import { KEPT_STRING_LENGTH_MAX } from '@telepat/otto-protocol/limits';
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
  const { status, target } = cancelTarget(session, targetRequestId, rooms);
  session.reply('event', frame, { type: 'cancel_ack', targetRequestId, status });
  rooms.log.write({
    level: 'info',
    source: 'controller',
    type: 'command_cancel_requested',
    requestId: targetRequestId,
    ...traceFields(target),
    ...session.logIds(),
    nodeId: target.nodeId,
    ...(target.action === undefined ? {} : { action: target.action }),
    status,
  });
}

/** A name that is none, or too long to be anybody's, is a malformed frame; no name at all has a code of its own. */
function targetOf(frame: Envelope): string {
  const target = isObject(frame.payload) ? frame.payload['targetRequestId'] : undefined;
  if (target === undefined || target === null || target === '') throw new OttoError('missing_target_request');
  const payload = commandCancelPayload.safeParse(frame.payload);
  if (payload.success) return payload.data.targetRequestId;
  throw new OttoError('invalid_envelope', {
    message: `targetRequestId must be a string of 1 to ${KEPT_STRING_LENGTH_MAX} characters.`,
  });
}

/** Stops what the sender means, in the order in which its own things are looked through. */
function cancelTarget(session: Session, targetRequestId: string, rooms: RelayRooms): Cancelled {
  const stream = session.streams.get(targetRequestId);
  if (stream !== undefined) {
    rooms.subscriptions.streams.end(stream, { outcome: 'cancelled' });
    return { target: stream, status: 'cancelled' };
  }
  const submission = session.submissions.get(targetRequestId);
  if (submission !== undefined) return { target: submission.order, status: rooms.durable.cancel(submission) };
  const left = session.commands.has(targetRequestId) ? undefined : rooms.durable.cancelLeft(session, targetRequestId);
  if (left !== undefined) return { target: left, status: 'forwarded' };
  const { channel, command } = findOwn(session, targetRequestId, rooms);
  return { target: command.order, status: channel.cancel(command) };
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
  const isElsewhere = rooms.subscriptions.streams.isAnywhere(requestId) || rooms.durable.isAwaited(requestId);
  throw new OttoError(live.length > 0 || isElsewhere ? 'command_owner_mismatch' : 'command_not_found');
}

/** What was cancelled, and how far that has come. */
interface Cancelled {
  readonly target: {
    readonly nodeId: string;
    readonly action?: string | undefined;
    readonly traceId?: string | undefined;
  };
  readonly status: 'cancelled' | 'forwarded';
}
