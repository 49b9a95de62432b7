import { CLOSE_CODES, toIsoTime } from '@telepat/otto-protocol';
import { MALFORMED_FRAMES_MAX } from '@telepat/otto-protocol/limits';
import { demand } from '../invariants.js';
import type { Facts, Frame, ModelNode, ModelSession, Person } from './facts.js';
import type { Quotas } from './quotas.js';
import type { Replies } from './replies.js';
import type { Sessions } from './sessions.js';

/** Sockets before they have a session, and the causes for which any socket may be closed. */
export class Doors {
  readonly #facts: Facts;
  readonly #quotas: Quotas;
  readonly #replies: Replies;
  readonly #sessions: Sessions;
  readonly #doors = new Map<string, Door>();

  constructor({ facts, quotas, replies, sessions }: DoorRooms) {
    this.#facts = facts;
    this.#quotas = quotas;
    this.#replies = replies;
    this.#sessions = sessions;
  }

  open(socket: string, role: Person['role'], dueAt: number): void {
    this.#doors.set(socket, {
      socket,
      role,
      dueAt,
      phase: 'connected',
      nodeId: undefined,
      instance: undefined,
      auth: undefined,
      malformedCount: 0,
      held: [],
    });
  }

  get(socket: string): Door | undefined {
    return this.#doors.get(socket);
  }

  /** The relay's end of a socket is closed, or the socket is gone. */
  close(socket: string): void {
    const session = this.#facts.sessions.get(socket);
    if (session !== undefined) {
      this.#sessions.end(session);
      session.phase = 'closed';
      this.#facts.sessions.delete(socket);
    }
    this.#doors.delete(socket);
    this.#replies.forgive({ socket });
  }

  /** A frame of a socket that has no session yet. */
  take(door: Door, frame: Frame, token: TokenFacts | undefined): void {
    const { messageType, requestId, payload } = frame;
    const refuse = (code: string): void => this.#replies.oweError(door.socket, requestId, code);
    if (frame.senderRole !== door.role) return refuse('role_mismatch');
    if (messageType === 'hello') return this.#greet(door, frame);
    if (door.phase === 'connected') return refuse('not_initialized');
    if (messageType === 'auth') {
      door.phase = 'verifying';
      door.auth = { requestId, token, expected: this.#problemOf(door, payload, token) };
    } else if (messageType === 'ping') {
      this.#replies.owe(door.socket, { what: 'pong', matches: (reply) => reply.messageType === 'pong' });
    } else if (messageType !== 'pong') refuse('unauthenticated');
  }

  /** Text that is no frame: 20 of them close a socket that has not authenticated. */
  malformed(door: Door): void {
    if (door.phase !== 'authenticated') door.malformedCount += 1;
  }

  /** The relay's answer to an `auth`: a session, or the reason why not. */
  verdict(door: Door, { messageType, payload }: Frame): ModelSession | undefined {
    const { auth, socket } = door;
    if (auth === undefined) return undefined;
    const code = messageType === 'error' ? payload['code'] : undefined;
    // A right may end while its token is being verified.
    const expected = this.#isRevoked(auth.token) ? 'invalid_access_token' : auth.expected;
    const what = () => `${socket}: auth got ${String(code)} and not ${String(expected)}`;
    demand(code === expected, 'answered_as_told', what);
    door.auth = undefined;
    door.phase = code === undefined ? 'authenticated' : 'greeted';
    if (code !== undefined || auth.token === undefined) return undefined;
    const { person, controllerId, family } = auth.token;
    return this.#sessions.begin({ socket, person, controllerId, family, instance: door.instance });
  }

  /** A socket was closed by the relay: there is a cause, and the code says it. */
  closedByRelay(socket: string, code: number): void {
    const door = this.#doors.get(socket);
    if (door === undefined) return;
    const causes = this.#causesFor(door);
    const what = () => `${socket} was closed with ${code}; what holds is ${causes.join(', ') || 'nothing'}`;
    demand(causes.includes(code), 'closed_for_cause', what);
    const session = this.#facts.sessions.get(socket);
    if (session?.phase === 'open') this.#sessions.demandTerminals(session);
    this.close(socket);
  }

  /** Doors behind which frames wait for the verdict on a token, or have just been let in. */
  *holding(): Generator<Door> {
    for (const door of this.#doors.values()) if (door.held.length > 0) yield door;
  }

  forget(): void {
    this.#doors.clear();
  }

  demandSettled(): void {
    for (const door of this.#doors.values()) {
      const { socket, phase } = door;
      demand(phase !== 'verifying', 'answered_as_told', () => `${socket} has no answer to its auth`);
      const session = this.#facts.sessions.get(socket);
      const isOver = session?.phase === 'ending' || this.#isTooLate(door) || this.#isMalformed(door);
      demand(!isOver, 'closed_for_cause', () => `${socket} is still open`);
      const isRevoked = session !== undefined && this.#facts.isRevoked(session);
      demand(!isRevoked, 'granted', () => `${socket} has a session although its right has ended`);
    }
  }

  #greet(door: Door, { requestId, payload }: Frame): void {
    const { role, nodeId, instanceId } = payload;
    const refuse = (code: string): void => this.#replies.oweError(door.socket, requestId, code);
    if (door.phase !== 'connected') return refuse('already_initialized');
    if (role !== 'controller' && role !== 'node') return refuse('invalid_hello');
    if (role !== door.role) return refuse('role_mismatch');
    door.phase = 'greeted';
    door.nodeId = typeof nodeId === 'string' ? nodeId : undefined;
    door.instance = typeof instanceId === 'string' ? instanceId : undefined;
    const relayTime = toIsoTime(this.#quotas.lookAtTime());
    this.#replies.owe(door.socket, {
      what: `hello_ack of ${relayTime}`,
      matches: (reply) => reply.messageType === 'hello_ack' && reply.payload['relayTime'] === relayTime,
    });
  }

  #problemOf(door: Door, payload: Frame['payload'], token: TokenFacts | undefined): string | undefined {
    if (payload['accessToken'] === undefined) return 'missing_access_token';
    if (token === undefined || this.#isRevoked(token)) return 'invalid_access_token';
    if (token.person.role !== door.role) return 'role_mismatch';
    const isOther = door.role === 'node' && door.nodeId !== undefined && door.nodeId !== token.person.nodeId;
    return isOther ? 'node_mismatch' : undefined;
  }

  #isRevoked(token: TokenFacts | undefined): boolean {
    if (token === undefined) return false;
    const { family, person } = token;
    const { endedFamilies, removedClients } = this.#facts;
    const isRemoved = person.clientId !== undefined && removedClients.has(person.clientId);
    return isRemoved || (family !== undefined && endedFamilies.has(family));
  }

  #causesFor(door: Door): number[] {
    const { facts, session } = { facts: this.#facts, session: this.#facts.sessions.get(door.socket) };
    const silence = session === undefined ? 0 : facts.now - session.lastSeenAt;
    const node = session === undefined ? undefined : facts.nodes.get(session.identity);
    const isNode = session?.person.role === 'node';
    const causes: [number, boolean][] = [
      [CLOSE_CODES.relay_shutting_down, facts.isStopping],
      [CLOSE_CODES.unsupported_version, door.hasWrongVersion === true],
      [CLOSE_CODES.policy, this.#isMalformed(door)],
      [CLOSE_CODES.not_authenticated_in_time, this.#isTooLate(door)],
      [CLOSE_CODES.credential_revoked, session !== undefined && facts.isRevoked(session)],
      [CLOSE_CODES.heartbeat_missed, silence >= facts.rules.heartbeatSilenceMs],
      [CLOSE_CODES.node_replaced, isNode && isReplaced(node, session)],
    ];
    return causes.filter(([, holds]) => holds).map(([code]) => code);
  }

  #isTooLate({ dueAt, phase }: Door): boolean {
    return phase !== 'authenticated' && this.#facts.now >= dueAt;
  }

  #isMalformed({ malformedCount, phase }: Door): boolean {
    return phase !== 'authenticated' && malformedCount >= MALFORMED_FRAMES_MAX;
  }
}

function isReplaced(node: ModelNode | undefined, session: ModelSession | undefined): boolean {
  return node !== undefined && node.session !== session;
}

/** What a token says, when it is genuine and has not expired. */
export interface TokenFacts {
  readonly person: Person;
  readonly controllerId: string | undefined;
  readonly family: string | undefined;
}

export interface Door {
  readonly socket: string;
  readonly role: Person['role'];
  /** In ticks, until when it must have authenticated. */
  readonly dueAt: number;
  phase: 'connected' | 'greeted' | 'verifying' | 'authenticated';
  nodeId: string | undefined;
  instance: string | undefined;
  auth: Auth | undefined;
  malformedCount: number;
  hasWrongVersion?: true;
  /** What came while the token was being verified. */
  readonly held: Held[];
}

interface Auth {
  readonly requestId: string;
  readonly token: TokenFacts | undefined;
  /** The code of the error that it must get. */
  readonly expected: string | undefined;
}

interface Held {
  readonly requestId: string;
  readonly handle: () => void;
}

interface DoorRooms {
  readonly facts: Facts;
  readonly quotas: Quotas;
  readonly replies: Replies;
  readonly sessions: Sessions;
}
