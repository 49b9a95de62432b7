import { OttoError, UNKNOWN_REQUEST_ID, scopesAllow, type ErrorCode } from '@telepat/otto-protocol';
import type { AccessWatcher } from '../access/access-watcher.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { DurableCommands } from '../durable/durable-commands.js';
import type { TabLocks } from '../node/tab-locks.js';
import type { PendingCommand } from '../node/pending-command.js';
import type { IdentityLedgers } from './identity-ledgers.js';
import type { OrphanTabs } from './orphan-tabs.js';
import type { Session } from './session.js';
import type { SessionDirectory } from './session-directory.js';
import type { Subscriptions } from './subscriptions.js';

/** Carries the end of a right to the sessions and commands that stand on it, at once. */
export class Revocations implements AccessWatcher {
  readonly #rooms: RevocationRooms;

  constructor(rooms: RevocationRooms) {
    this.#rooms = rooms;
  }

  grantEnded(clientId: string, nodeId: string): void {
    const ledger = this.#rooms.ledgers.ofClient(clientId);
    if (ledger === undefined) return;
    for (const command of ledger.commands.ofNode(nodeId)) this.#end(command, 'acl_missing_node_grant');
    this.#rooms.durable.rightEnded(ledger.key, nodeId, 'acl_missing_node_grant');
    for (const session of ledger.sessions) {
      this.#rooms.subscriptions.grantEnded(session, nodeId);
      for (const lock of [...session.locks]) if (lock.nodeId === nodeId) this.#rooms.locks.release(lock);
    }
  }

  clientRemoved(clientId: string): number {
    const ledger = this.#rooms.ledgers.ofClient(clientId);
    if (ledger === undefined) {
      // It is not there, and its tabs may be all the same.
      this.#rooms.orphanTabs.closeEverywhere(clientId);
      return 0;
    }
    for (const command of waitingFirst(ledger.commands)) this.#end(command, 'controller_revoked');
    this.#rooms.durable.rightEnded(ledger.key, undefined, 'controller_revoked');
    // Also those whose outcome only waits for the journal: their sessions do not.
    for (const session of ledger.sessions) this.#rooms.durable.revoked(session);
    const closed = [...ledger.sessions].filter((session) => closeRevoked(session)).length;
    this.#rooms.orphanTabs.closeNow(ledger);
    return closed;
  }

  /** Their commands end before the first of them is closed: a lock that goes with one lets in none of another. */
  familyEnded(sid: string): number {
    const { durable, orphanTabs, sessions } = this.#rooms;
    const family = sessions.ofFamily(sid);
    const commands = new Set(family.flatMap((session) => [...commandsOf(session)]));
    for (const command of waitingFirst(commands)) this.#end(command, 'controller_revoked');
    const whole = family.find(isWhole);
    if (whole !== undefined) durable.rightEnded(whole.ledger.key, undefined, 'controller_revoked');
    for (const session of family) durable.revoked(session);
    return family.filter((session) => {
      const isClosed = closeRevoked(session);
      if (isWhole(session) && session.ledger.sessions.size === 0) orphanTabs.closeNow(session.ledger);
      return isClosed;
    }).length;
  }

  /** What waits in a queue and is not covered any more never starts; what a node has already is not taken back. */
  scopesChanged(clientId: string, scopes: readonly string[]): void {
    const ledger = this.#rooms.ledgers.ofClient(clientId);
    if (ledger === undefined) return;
    for (const session of ledger.sessions) session.renew({ ...session.identity, scopes });
    for (const command of waitingFirst(ledger.commands)) {
      if (!command.isSent && !scopesAllow(scopes, command.order.action)) this.#end(command, 'forbidden_action');
    }
    for (const session of ledger.sessions) this.#rooms.subscriptions.scopesChanged(session);
  }

  nodeRemoved(nodeId: string): number {
    return [...(this.#rooms.ledgers.ofNode(nodeId)?.sessions ?? [])].filter((session) => closeRevoked(session)).length;
  }

  #end(command: PendingCommand, reason: ErrorCode): void {
    this.#rooms.nodes.get(command.order.nodeId)?.end(command, reason);
  }
}

/** A controller from a pairing is its token family: with it, all that it does ends. */
function isWhole({ identity: { clientId, role } }: Session): boolean {
  return role === 'controller' && clientId === undefined;
}

function commandsOf(session: Session): Iterable<PendingCommand> {
  return isWhole(session) ? session.ledger.commands : session.commands.values();
}

/** So that the end of one whose turn it is does not give the turn to another that is about to end. */
function waitingFirst(commands: Iterable<PendingCommand>): PendingCommand[] {
  const all = [...commands];
  const waits = ({ place }: PendingCommand): boolean => place !== undefined;
  return [...all.filter(waits), ...all.filter((command) => !waits(command))];
}

function closeRevoked(session: Session): boolean {
  if (!session.isOpen) return false;
  session.sendError({ requestId: UNKNOWN_REQUEST_ID }, new OttoError('controller_revoked'));
  session.close('credential_revoked');
  return true;
}

export interface RevocationRooms {
  readonly durable: DurableCommands;
  readonly ledgers: IdentityLedgers;
  readonly locks: TabLocks;
  readonly nodes: NodeDirectory;
  readonly orphanTabs: OrphanTabs;
  readonly sessions: SessionDirectory;
  readonly subscriptions: Subscriptions;
}
