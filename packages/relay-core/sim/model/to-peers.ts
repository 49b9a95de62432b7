import { actionDescriptor, isObject } from '@telepat/otto-protocol';
import { demand } from '../invariants.js';
import type { Durables } from './durables.js';
import type { Facts, Frame, ModelCommand, ModelEntry, ModelSession } from './facts.js';
import type { Fates } from './fates.js';
import type { Lanes } from './lanes.js';
import type { OwnCommands } from './own-commands.js';
import type { Replies } from './replies.js';
import type { Submissions } from './submissions.js';

/** Finds the reason for each frame that the relay sends; one that has none breaks an invariant. */
export class ToPeers {
  readonly #rooms: ToPeerRooms;

  constructor(rooms: ToPeerRooms) {
    this.#rooms = rooms;
  }

  /** A frame of the relay's making. */
  sent(socket: string, session: ModelSession | undefined, frame: Frame): void {
    if (this.#rooms.replies.take(socket, frame)) return;
    const what = () => `${socket} got ${frame.messageType} ${summary(frame)} before it had a session`;
    demand(session !== undefined, 'answered_as_told', what);
    if (this.#rooms.facts.isStopping && this.#isFarewell(session, frame)) return;
    if (session.person.role === 'node') this.#toNode(session, frame);
    else this.#toController(session, frame);
  }

  /** Bytes of one peer that are passed on to another. */
  passed(socket: string, session: ModelSession | undefined, sent: { bytes: Uint8Array; read: () => Frame }): void {
    const { bytes, read } = sent;
    const { replies, submissions } = this.#rooms;
    if (replies.takeBytes(socket, bytes) || (session !== undefined && submissions.take(session, read()))) return;
    const { messageType, requestId } = read();
    const isTerminal = messageType === 'result' || messageType === 'error';
    const what = () => `${socket} got a ${messageType} for ${requestId} that is not for it, or once more`;
    demand(false, isTerminal ? 'one_terminal' : 'for_its_eyes', what);
  }

  /** Sessions end one by one when the relay stops: what hangs on both ends of a node is told as it goes. */
  #isFarewell(session: ModelSession, { messageType, payload, requestId }: Frame): boolean {
    if (session.person.role === 'node') return payload['action'] === 'listener.unsubscribe';
    if (messageType === 'result') return session.streams.delete(requestId);
    if (payload['type'] === 'listener_updates_dropped') return session.listeners.has(requestId);
    return payload['type'] === 'listener_ended' && session.listeners.delete(requestId);
  }

  #toController(session: ModelSession, frame: Frame): void {
    const { messageType, requestId, payload } = frame;
    if (this.#rooms.submissions.take(session, frame)) return;
    const command = session.commands.get(requestId);
    if (messageType === 'event' && payload['type'] === 'routed' && command !== undefined) {
      this.#rooms.lanes.start(command);
      return;
    }
    if (command !== undefined && this.#rooms.fates.takeLapse(command, frame)) return;
    if (this.#endedByLapse(session, frame)) return;
    const what = () => `${session.socket} got ${messageType} ${summary(frame)} for ${requestId} without a reason`;
    const isTerminal = messageType === 'result' || messageType === 'error';
    demand(false, isTerminal ? 'true_reason' : 'for_its_eyes', what);
  }

  #toNode(session: ModelSession, frame: Frame): void {
    const { messageType, requestId, senderRole } = frame;
    const node = this.#rooms.facts.nodes.get(session.identity);
    const command = node?.session === session ? node.commands.get(requestId) : undefined;
    if (messageType === 'command' && senderRole === 'controller') {
      if (command?.entry !== undefined) this.#leave(command, command.entry);
      const isDue = command !== undefined && command.isRouted && !command.isAtNode;
      demand(isDue, 'executed_once', () => `${session.socket} got command ${requestId} that is not for it, or again`);
      demand(isFaithful(command, frame), 'answered_as_told', () => `${requestId} left changed: ${summary(frame)}`);
      command.isAtNode = true;
      return;
    }
    if (messageType === 'command_cancel' && command !== undefined && this.#mayStop(command)) {
      this.#rooms.fates.stopped(command);
      return;
    }
    const isCancel = messageType === 'command_cancel';
    if (isCancel && this.#rooms.durables.stoppedByLapse(session.identity, requestId)) return;
    if (messageType === 'command' && this.#unsubscribedByLapse(session, frame)) return;
    if (messageType === 'event' && this.#rooms.durables.mayPutOff(session.identity, frame)) return;
    const what = () => `${session.socket} got ${messageType} ${summary(frame)} (${requestId}) without a reason`;
    demand(false, messageType === 'command_cancel' ? 'told_to_stop' : 'relay_asks_for_cause', what);
  }

  /** A durable command has waited for its turn and for the disk. */
  #leave(command: ModelCommand, entry: ModelEntry): void {
    const { id, isRouted, isSettled, turnAt } = command;
    const isDue = turnAt !== undefined && !isRouted && !isSettled;
    demand(isDue, 'executed_once', () => `${id} was sent when it was not its turn, or again`);
    this.#rooms.durables.leave(entry);
    command.isRouted = true;
  }

  /** The right to a command that nobody waits for any more has lapsed. */
  #mayStop({ isRouted, nodeId, session, stopAt }: ModelCommand): boolean {
    return isRouted && stopAt === undefined && !this.#rooms.facts.allows(session, nodeId);
  }

  /** A listener or stream ends because the grant that it stood on has lapsed. */
  #endedByLapse(session: ModelSession, { messageType, requestId, payload }: Frame): boolean {
    const { facts, own } = this.#rooms;
    const stream = messageType === 'result' ? session.streams.get(requestId) : undefined;
    if (stream !== undefined && !facts.allows(session, stream.nodeId)) return session.streams.delete(requestId);
    const listener = messageType === 'event' ? session.listeners.get(requestId) : undefined;
    if (listener === undefined) return false;
    if (payload['type'] === 'listener_updates_dropped' && payload['count'] === listener.dropped) {
      // Before one of a session's listeners ends, all of them tell what they have missed.
      const isLapsed = [...session.listeners.values()].some(({ nodeId }) => !facts.allows(session, nodeId));
      if (isLapsed) listener.dropped = 0;
      return isLapsed;
    }
    if (facts.allows(session, listener.nodeId)) return false;
    if (payload['type'] !== 'listener_ended' || payload['reason'] !== 'acl_missing_node_grant') return false;
    session.listeners.delete(requestId);
    own.oweUnsubscribe(listener.nodeId, requestId);
    return true;
  }

  #unsubscribedByLapse(session: ModelSession, frame: Frame): boolean {
    const { facts, own } = this.#rooms;
    const input = frame.payload['payload'];
    const target = isObject(input) ? input['targetRequestId'] : undefined;
    for (const listener of facts.listeners()) {
      if (listener.id !== target || listener.nodeId !== session.identity) continue;
      if (listener.stream === undefined || facts.allows(listener.session, listener.nodeId)) continue;
      listener.session.listeners.delete(listener.id);
      own.oweUnsubscribe(listener.nodeId, listener.id);
      return this.#rooms.replies.take(session.socket, frame);
    }
    return false;
  }
}

/** Whether a node gets the command that was asked for, with what the relay adds and without what it must not pass on. */
function isFaithful({ action, frame, session, tab }: ModelCommand, { payload }: Frame): boolean {
  const asked = isObject(frame.payload['payload']) ? frame.payload['payload'] : {};
  const kept = Object.entries(asked).filter(([key]) => !key.startsWith('__'));
  const needsCaller = actionDescriptor(action)?.needsCaller === true;
  const expected = { ...Object.fromEntries(kept), ...(needsCaller ? { __controllerClientId: session.identity } : {}) };
  return (
    payload['action'] === action &&
    payload['tabSessionId'] === tab &&
    payload['targetNodeId'] === frame.payload['targetNodeId'] &&
    JSON.stringify(payload['payload']) === JSON.stringify(expected)
  );
}

/** What a frame is about, in a few words. */
export function summary({ messageType, payload }: Frame): string {
  const { code, type, action, targetRequestId, commandOutcome, status, count } = payload;
  const words = messageType === 'error' ? [code, payload['effect']] : [type ?? action, commandOutcome, status, count];
  const input = payload['payload'];
  const target = targetRequestId ?? (isObject(input) ? (input['targetRequestId'] ?? input['controllerClientId']) : '');
  return [...words, target]
    .filter((word) => word !== undefined && word !== '')
    .map(String)
    .join(' ');
}

interface ToPeerRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly lanes: Lanes;
  readonly fates: Fates;
  readonly own: OwnCommands;
  readonly durables: Durables;
  readonly submissions: Submissions;
}
