import { demand } from '../invariants.js';
import type { Door, Doors, Held } from './doors.js';
import type { Facts, ModelSession } from './facts.js';
import type { FromControllers } from './from-controllers.js';
import type { FromNodes } from './from-nodes.js';
import type { Lanes } from './lanes.js';
import type { Locks } from './locks.js';
import type { Replies } from './replies.js';
import type { Sessions } from './sessions.js';

/** What each frame of a peer must lead to, by its type and by how far its socket has come. */
export class FromPeers {
  readonly #rooms: FromPeerRooms;

  constructor(rooms: FromPeerRooms) {
    this.#rooms = rooms;
  }

  take(socket: string, sent: Held): void {
    const door = this.#rooms.doors.get(socket);
    if (door === undefined) return;
    if (door.phase === 'verifying') door.held.push(sent);
    else this.#handle(door, sent);
  }

  /** Text that is no frame costs an error, and nothing else. */
  takeMalformed(socket: string, requestId: string, code: string): void {
    const { doors, facts, replies, sessions } = this.#rooms;
    const door = doors.get(socket);
    const session = facts.sessions.get(socket);
    if (door === undefined || session?.phase === 'ending') return;
    if (code === 'unsupported_protocol_version') {
      door.hasWrongVersion = true;
      const onTaken = (): void => (session !== undefined ? sessions.end(session) : undefined);
      replies.oweError(socket, requestId, code, {}, { onTaken });
      return;
    }
    replies.oweError(socket, requestId, code);
    doors.malformed(door);
  }

  /** The relay has come to a frame that waited for a verdict, or to all of them: those before it came first. */
  letIn(requestId?: () => string): void {
    for (const door of this.#rooms.doors.holding()) {
      if (door.phase === 'verifying') continue;
      const at = requestId === undefined ? door.held.length - 1 : indexOf(door, requestId());
      for (const held of door.held.splice(0, at + 1)) this.#handle(door, held);
    }
  }

  #handle(door: Door, sent: Held): void {
    const session = this.#rooms.facts.sessions.get(door.socket);
    if (session === undefined) this.#rooms.doors.take(door, sent.frame, sent.token);
    else if (session.phase === 'open') this.#handleOf(session, sent);
    this.#rooms.lanes.advance();
  }

  #handleOf(session: ModelSession, sent: Held): void {
    const { fromControllers, fromNodes, locks, replies } = this.#rooms;
    const { frame, bytes } = sent;
    const { messageType, requestId } = frame;
    const { role } = session.person;
    const refuse = (code: string): void => replies.oweError(session.socket, requestId, code);
    session.lastSeenAt = this.#rooms.facts.now;
    if (frame.senderRole !== role) return refuse('role_mismatch');
    switch (messageType) {
      case 'hello':
        return refuse('already_initialized');
      case 'auth':
        return this.#renew(session, sent);
      case 'command':
        return fromControllers.command(session, frame);
      case 'command_cancel':
        return fromControllers.cancel(session, frame);
      case 'tab_lock':
        return locks.lock(session, frame);
      case 'tab_unlock':
        return locks.unlock(session, frame);
      case 'result':
      case 'error':
        return fromNodes.outcome(session, frame, bytes);
      case 'event':
        return role === 'node' ? fromNodes.event(session, frame, bytes) : fromControllers.event(session, frame);
      case 'ping':
        return replies.owe(session.socket, { what: 'pong', matches: (reply) => isPong(reply, requestId) });
      case 'pong':
        return undefined;
      case 'hello_ack':
      case 'auth_ack':
        return refuse('forbidden_role');
      default:
        return demand(false, 'answered_as_told', () => `the simulation knows no frame ${messageType}`);
    }
  }

  /** A second `auth` must carry the same identity. */
  #renew(session: ModelSession, { frame, token }: Held): void {
    const { replies } = this.#rooms;
    const { requestId } = frame;
    const { person, controllerId } = session;
    const refuse = (code: string): void => replies.oweError(session.socket, requestId, code);
    if (frame.payload['accessToken'] === undefined) return refuse('missing_access_token');
    if (token === undefined) return refuse('invalid_access_token');
    if (token.person.role !== person.role) return refuse('role_mismatch');
    if (person.role === 'node' && token.person !== person) return refuse('node_mismatch');
    const isSame = token.person === person && (person.clientId !== undefined || token.controllerId === controllerId);
    if (person.role === 'controller' && !isSame) return refuse('role_mismatch');
    replies.owe(session.socket, {
      what: 'auth_ack',
      matches: (reply) => reply.messageType === 'auth_ack' && reply.requestId === requestId,
    });
  }
}

function isPong(frame: { messageType: string; requestId: string }, requestId: string): boolean {
  return frame.messageType === 'pong' && frame.requestId === requestId;
}

function indexOf({ held }: Door, requestId: string): number {
  return held.findIndex(({ frame }) => frame.requestId === requestId);
}

interface FromPeerRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly doors: Doors;
  readonly lanes: Lanes;
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly fromControllers: FromControllers;
  readonly fromNodes: FromNodes;
}
