import type { Durables } from './durables.js';
import type { Facts, ModelCommand, ModelSession } from './facts.js';
import type { Fates } from './fates.js';
import type { Lanes } from './lanes.js';
import type { Lapses } from './lapses.js';
import type { Locks } from './locks.js';
import type { Orphans } from './orphans.js';
import type { Sessions } from './sessions.js';
import type { ModelSubscriptions } from './subscriptions.js';

/** Rights are given and taken: what stands on one ends with it, at once. */
export class Rights {
  readonly #rooms: RightsRooms;

  constructor(rooms: RightsRooms) {
    this.#rooms = rooms;
  }

  /** A node lets a client in, until a wall time. */
  granted(clientId: string, nodeId: string, expiresAt: number): void {
    this.#rooms.facts.grants.set(`${clientId} ${nodeId}`, expiresAt);
    this.#rooms.lapses.renewed(clientId, nodeId);
  }

  withdrawn(clientId: string, nodeId: string): void {
    const { durables, facts, fates, lanes, lapses, locks, subscriptions } = this.#rooms;
    const wasGranted = facts.time.wall < (facts.grants.get(`${clientId} ${nodeId}`) ?? -Infinity);
    facts.grants.delete(`${clientId} ${nodeId}`);
    lapses.renewed(clientId, nodeId);
    if (!wasGranted) return;
    const code = 'acl_missing_node_grant';
    for (const command of facts.nodes.get(nodeId)?.commands.values() ?? []) {
      if (command.session.person.clientId === clientId) fates.end(command, code);
    }
    durables.rightEnded((entry) => entry.nodeId === nodeId && entry.identity === clientId, code);
    for (const session of facts.sessionsOf(clientId)) {
      subscriptions.grantEnded(session, nodeId);
      locks.releaseOf(session, nodeId);
    }
    lanes.advance();
  }

  /** A client was removed with all that it may. */
  removed(clientId: string): void {
    const { durables, facts, orphans } = this.#rooms;
    if (facts.removedClients.has(clientId)) return;
    facts.removedClients.add(clientId);
    for (const key of [...facts.grants.keys()]) if (key.startsWith(`${clientId} `)) facts.grants.delete(key);
    const sessions = [...facts.sessions.values()].filter(({ person }) => person.clientId === clientId);
    this.#revoke(sessions, ({ session }) => session.person.clientId === clientId);
    durables.rightEnded(({ identity }) => identity === clientId, 'controller_revoked');
    orphans.removed(clientId);
  }

  familyEnded(family: string): void {
    const { facts } = this.#rooms;
    facts.endedFamilies.add(family);
    const sessions = [...facts.sessions.values()].filter((session) => session.family === family);
    // A durable command ends only for those who stand on the family.
    this.#revoke(sessions, ({ entry, session }) => entry === undefined && sessions.includes(session));
  }

  #revoke(revoked: readonly ModelSession[], isOf: (command: ModelCommand) => boolean): void {
    const { facts, fates, sessions } = this.#rooms;
    for (const command of [...facts.liveCommands()]) {
      if (isOf(command)) fates.end(command, 'controller_revoked');
    }
    sessions.revoke(revoked);
  }
}

interface RightsRooms {
  readonly facts: Facts;
  readonly durables: Durables;
  readonly fates: Fates;
  readonly lanes: Lanes;
  readonly lapses: Lapses;
  readonly locks: Locks;
  readonly orphans: Orphans;
  readonly sessions: Sessions;
  readonly subscriptions: ModelSubscriptions;
}
