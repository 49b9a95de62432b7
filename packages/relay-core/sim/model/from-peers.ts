import { demand } from '../invariants.js';
import type { Door, Doors, TokenFacts } from './doors.js';
import type { Facts, Frame, ModelSession } from './facts.js';
import type { FromControllers } from './from-controllers.js';
import type { FromNodes } from './from-nodes.js';
import type { Lanes } from './lanes.js';
import type { Locks } from './locks.js';
import type { Quotas } from './quotas.js';
import type { Replies } from './replies.js';
import type { Sessions } from './sessions.js';

/** What each frame of a peer must lead to, by its type and by how far its socket has come. */
export class FromPeers {
  readonly #rooms: FromPeerRooms;

  constructor(rooms: FromPeerRooms) {
    this.#rooms = rooms;
  }

  take(socket: string, sent: FromPeer): void {
    const door = this.#rooms.doors.get(socket);
    if (door === undefined) return;
    const handle = (): void => this.#handle(door, sent);
    if (door.phase === 'verifying') door.held.push({ requestId: sent.frame.requestId, handle });
    else handle();
  }

  /** Text that is no frame costs an error, and nothing else. */
  takeMalformed(socket: string, malformed: Malformed): void {
    const door = this.#rooms.doors.get(socket);
    if (door === undefined || this.#rooms.facts.sessions.get(socket)?.phase === 'ending') return;
    const handle = (): void => this.#handleMalformed(door, malformed);
    if (door.phase === 'verifying') door.held.push({ requestId: malformed.requestId, handle });
    else handle();
  }

  /**
   * The relay has come to a frame that waited for a verdict, or to all of them: those before it came first. Whoever sent
   * it hears of it before anybody else does, so that an id that came twice in one burst is not taken for the later one.
   */
  letIn(answer?: { socket: string; requestId: () => string }): void {
    for (const door of this.#rooms.doors.holding()) {
      if (isVerifying(door) || (answer !== undefined && answer.socket !== door.socket)) continue;
      const at = answer === undefined ? door.held.length - 1 : indexOf(door, answer.requestId());
      // Another `auth` among them lets the rest wait again.
      for (let left = at + 1; left > 0 && !isVerifying(door); left -= 1) door.held.shift()?.handle();
    }
  }

  #handle(door: Door, sent: FromPeer): void {
    const session = this.#rooms.facts.sessions.get(door.socket);
    if (session === undefined) this.#rooms.doors.take(door, sent.frame, sent.token);
    else if (session.phase === 'open') this.#handleOf(session, sent);
    this.#rooms.lanes.advance();
  }

  #handleOf(session: ModelSession, sent: FromPeer): void {
    const { fromControllers, fromNodes, locks, quotas, replies } = this.#rooms;
    const { frame, bytes } = sent;
    const { messageType, requestId } = frame;
    const { role } = session.person;
    const refuse = (code: string): void => replies.oweError(session.socket, requestId, code);
    session.lastSeenAt = this.#rooms.facts.now;
    const isOfRole = frame.senderRole === role;
    // What it has no business to send counts as well.
    if ((!isOfRole || !mayCome(messageType, role)) && !quotas.takeToken(session)) return refuse('rate_limited');
    if (!isOfRole) return refuse('role_mismatch');
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

  #handleMalformed(door: Door, { requestId, code, isFrame }: Malformed): void {
    const { doors, facts, quotas, replies, sessions } = this.#rooms;
    const { socket } = door;
    const session = facts.sessions.get(socket);
    const isTooMany = session !== undefined && !isFrame && !quotas.takeToken(session);
    const onTaken = (): void => {
      if (code !== 'unsupported_protocol_version') return;
      door.hasWrongVersion = true;
      if (session !== undefined) sessions.end(session);
    };
    const told = { invariant: 'malformed_costs_sender', onTaken } as const;
    replies.oweError(socket, requestId, isTooMany ? 'rate_limited' : code, {}, told);
    if (session === undefined) doors.malformed(door);
  }

  /** A second `auth` must carry the same identity. */
  #renew(session: ModelSession, { frame, token }: FromPeer): void {
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

/** Whether frames of a type come from a role at all. */
function mayCome(messageType: string, role: string): boolean {
  if (messageType.endsWith('_ack')) return false;
  if (messageType === 'result' || messageType === 'error') return role === 'node';
  const isControllers = messageType.startsWith('command') || messageType.startsWith('tab_');
  return role === 'controller' || !isControllers;
}

function isVerifying({ phase }: Door): boolean {
  return phase === 'verifying';
}

function isPong(frame: { messageType: string; requestId: string }, requestId: string): boolean {
  return frame.messageType === 'pong' && frame.requestId === requestId;
}

function indexOf({ held }: Door, requestId: string): number {
  return held.findIndex((each) => each.requestId === requestId);
}

/** A frame on its way from a peer. */
interface FromPeer {
  readonly frame: Frame;
  readonly bytes: Uint8Array;
  /** Of an `auth`: what its token says, if it is genuine. */
  readonly token: TokenFacts | undefined;
}

/** Text that is no frame, and what it must be answered with. */
export interface Malformed {
  readonly requestId: string;
  readonly code: string;
  /** A frame all the same, whose payload alone is wrong. */
  readonly isFrame: boolean;
}

interface FromPeerRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly quotas: Quotas;
  readonly doors: Doors;
  readonly lanes: Lanes;
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly fromControllers: FromControllers;
  readonly fromNodes: FromNodes;
}
