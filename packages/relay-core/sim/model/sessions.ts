import { demand } from '../invariants.js';
import type { Durables } from './durables.js';
import type { Fates } from './fates.js';
import { identityOf, type Facts, type ModelNode, type ModelSession, type Person } from './facts.js';
import type { Locks } from './locks.js';
import type { Orphans } from './orphans.js';
import type { Replies } from './replies.js';
import type { ModelSubscriptions } from './subscriptions.js';
import type { TabRecords } from './tab-records.js';

/** Sessions begin and end, and what hangs on them with them. */
export class Sessions {
  readonly #rooms: SessionRooms;

  constructor(rooms: SessionRooms) {
    this.#rooms = rooms;
  }

  /** The relay accepted a token: from here on the session counts. */
  begin(opening: Opening): ModelSession {
    const { facts, orphans } = this.#rooms;
    const identity = identityOf(opening.person, opening.controllerId);
    const session: ModelSession = {
      ...opening,
      identity,
      phase: 'open',
      lastSeenAt: facts.now,
      commands: new Map(),
      listeners: new Map(),
      streams: new Map(),
      submissions: new Map(),
      follows: undefined,
      formerlyMissed: [],
      keepTabsMs: undefined,
    };
    facts.sessions.set(opening.socket, session);
    if (opening.person.role === 'node') this.#nodeArrives(identity, session);
    else orphans.returned(identity);
    return session;
  }

  /** The socket is gone, or about to be: what hangs on the session ends now. */
  end(session: ModelSession): void {
    if (session.phase !== 'open') return;
    session.phase = 'ending';
    this.#rooms.replies.forgive(session);
    if (session.person.role === 'node') this.#nodeLeaves(session);
    else this.#controllerLeaves(session);
  }

  /** A client was removed, or a token family revoked: everything that stands on it ends at once. */
  revoke(sessions: readonly ModelSession[]): void {
    for (const session of sessions) {
      this.#rooms.replies.owe(session.socket, {
        what: 'controller_revoked',
        invariant: 'granted',
        matches: ({ messageType, requestId, payload }) =>
          messageType === 'error' && requestId === 'unknown' && payload['code'] === 'controller_revoked',
        onTaken: () => {
          this.demandTerminals(session);
          this.end(session);
        },
      });
    }
  }

  /** A peer that is about to be closed has heard how its commands ended. */
  demandTerminals(session: ModelSession): void {
    this.#rooms.replies.demandTerminals(session);
    const [waiting] = session.submissions.values();
    demand(
      waiting === undefined,
      'one_terminal',
      () => `${session.socket} was closed without an end of ${waiting?.id}`,
    );
  }

  /** Peers from which nothing came for too long. */
  due(): void {
    const { facts } = this.#rooms;
    for (const session of facts.sessions.values()) {
      if (facts.now - session.lastSeenAt < facts.rules.heartbeatSilenceMs) continue;
      // From one who does not read, nothing is read: it gets its time anew.
      if (facts.clogged.has(session.socket)) session.lastSeenAt = facts.now;
      else this.end(session);
    }
  }

  #controllerLeaves(session: ModelSession): void {
    const { facts, fates, locks, orphans, subscriptions } = this.#rooms;
    for (const command of [...facts.liveCommands()]) {
      const isWaiting = command.session === session && !command.isRouted;
      if (isWaiting && command.entry === undefined) fates.drop(command);
    }
    this.#rooms.durables.sessionEnded(session, (carrier) => fates.drop(carrier));
    subscriptions.sessionEnded(session);
    locks.releaseOf(session);
    orphans.left(session);
  }

  #nodeArrives(nodeId: string, session: ModelSession): void {
    const { facts, records, subscriptions } = this.#rooms;
    const node = facts.nodes.get(nodeId);
    records.nodeCame(nodeId);
    if (node === undefined) {
      const fresh: ModelNode = {
        ...{ nodeId, session, commands: new Map(), own: new Map(), drained: new Map(), lanes: new Map() },
      };
      facts.nodes.set(nodeId, fresh);
      return;
    }
    const older = node.session;
    node.session = session;
    older.phase = 'ending';
    this.#rooms.replies.forgive(older);
    const isKnown = older.instance !== undefined && session.instance !== undefined;
    if (isKnown && older.instance !== session.instance) this.#lose(node);
    else this.#rooms.durables.nodeMoved(nodeId);
    if (!isKnown || older.instance !== session.instance) subscriptions.nodeEnded(nodeId);
  }

  #nodeLeaves(session: ModelSession): void {
    const { facts, subscriptions } = this.#rooms;
    const node = facts.nodes.get(session.identity);
    if (node?.session !== session) return;
    facts.nodes.delete(session.identity);
    this.#rooms.records.nodeLeft(session.identity);
    this.#lose(node);
    subscriptions.nodeEnded(node.nodeId);
  }

  #lose(node: ModelNode): void {
    this.#rooms.fates.loseAll(node, 'node_disconnected');
    this.#rooms.durables.failUncarried(({ nodeId }) => nodeId === node.nodeId, 'node_disconnected');
  }
}

export interface Opening {
  readonly socket: string;
  readonly person: Person;
  readonly controllerId: string | undefined;
  readonly instance: string | undefined;
  readonly family: string | undefined;
}

interface SessionRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly fates: Fates;
  readonly locks: Locks;
  readonly orphans: Orphans;
  readonly durables: Durables;
  readonly records: TabRecords;
  readonly subscriptions: ModelSubscriptions;
}
