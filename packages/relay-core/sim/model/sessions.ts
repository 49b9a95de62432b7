import type { Fates } from './fates.js';
import { identityOf, type Facts, type ModelNode, type ModelSession, type Person } from './facts.js';
import type { Locks } from './locks.js';
import type { Orphans } from './orphans.js';
import type { Replies } from './replies.js';
import type { ModelSubscriptions } from './subscriptions.js';

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
      follows: undefined,
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
        onTaken: () => this.end(session),
      });
    }
  }

  /** Peers from which nothing came for too long. */
  due(): void {
    const { facts } = this.#rooms;
    for (const session of facts.sessions.values()) {
      if (facts.now - session.lastSeenAt >= facts.rules.heartbeatSilenceMs) this.end(session);
    }
  }

  #controllerLeaves(session: ModelSession): void {
    const { facts, fates, locks, orphans, subscriptions } = this.#rooms;
    for (const command of [...facts.liveCommands()]) {
      if (command.session === session && !command.isRouted) fates.drop(command);
    }
    subscriptions.sessionEnded(session);
    locks.releaseOf(session);
    orphans.left(session);
  }

  #nodeArrives(nodeId: string, session: ModelSession): void {
    const { facts, fates, subscriptions } = this.#rooms;
    const node = facts.nodes.get(nodeId);
    if (node === undefined) {
      const fresh: ModelNode = { nodeId, session, commands: new Map(), own: new Map(), lanes: new Map() };
      facts.nodes.set(nodeId, fresh);
      return;
    }
    const older = node.session;
    node.session = session;
    older.phase = 'ending';
    this.#rooms.replies.forgive(older);
    const isKnown = older.instance !== undefined && session.instance !== undefined;
    if (isKnown && older.instance !== session.instance) fates.loseAll(node, 'node_disconnected');
    if (!isKnown || older.instance !== session.instance) subscriptions.nodeEnded(nodeId);
  }

  #nodeLeaves(session: ModelSession): void {
    const { facts, fates, subscriptions } = this.#rooms;
    const node = facts.nodes.get(session.identity);
    if (node?.session !== session) return;
    facts.nodes.delete(session.identity);
    fates.loseAll(node, 'node_disconnected');
    subscriptions.nodeEnded(node.nodeId);
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
  readonly subscriptions: ModelSubscriptions;
}
