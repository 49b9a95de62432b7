import { OttoError } from '@telepat/otto-protocol';
import type { PairedNodesReply, RemoveNodeReply } from '@telepat/otto-protocol/http';
import { GRANTS_LISTED_MAX, NODES_LISTED_MAX } from '@telepat/otto-protocol/limits';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { Grant } from '../ports/storage.js';
import type { AccessWatcher } from './access-watcher.js';
import type { ClientRecords } from './client-records.js';
import type { Grants } from './grants.js';
import type { Family, TokenFamilies } from './token-families.js';

/** The nodes that have tokens to come back with: who they are, and how one of them is told goodbye. */
export class PairedNodes {
  readonly #options: PairedNodesOptions;
  /** Removals on their way to storage. */
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor(options: PairedNodesOptions) {
    this.#options = options;
  }

  /** The nodes that were seen last, newest first, and how many there are. `signs`: of those that are connected. */
  list(signs: ReadonlyMap<string, { lastSeenAt: number; lastPongAt: number }>): PairedNodesReply {
    const families = new Map<string, Family[]>();
    for (const family of this.#options.families.ofNodes()) {
      const nodeId = family.owner.nodeId ?? '';
      families.set(nodeId, [...(families.get(nodeId) ?? []), family]);
    }
    const rows = [...families].map(([nodeId, own]) => ({
      nodeId,
      own,
      lastSeenAt: lastSeen(own, signs.get(nodeId)?.lastSeenAt),
    }));
    rows.sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.nodeId < b.nodeId ? -1 : 1));
    const grants = this.#options.grants.byNode();
    const nodes = rows.slice(0, NODES_LISTED_MAX).map(({ nodeId, own, lastSeenAt }) => {
      const granted = grants.get(nodeId) ?? [];
      const lastPongAt = signs.get(nodeId)?.lastPongAt;
      return {
        nodeId,
        ...pairingOf(own),
        lastSeenAt,
        connected: signs.has(nodeId),
        ...(lastPongAt === undefined ? {} : { lastPongAt }),
        grants: granted.slice(0, GRANTS_LISTED_MAX).map((grant) => this.#grantRow(grant)),
        grantCount: granted.length,
      };
    });
    return { nodes, nodeCount: rows.length, now: this.#options.clock.now() };
  }

  /**
   * Removes a node: its tokens, the grants that it gave, the controllers that are bound to it, and its connection.
   * Everything ends in memory and in live sessions at once, and resolves when it is durable.
   *
   * @throws OttoError `node_not_found`
   */
  async remove(nodeId: string, isConnected: boolean): Promise<RemoveNodeReply> {
    // That there is no such node any more is said only once it is durable.
    await this.#pending.get(nodeId);
    const { families, grants } = this.#options;
    const own = [...families.ofOwner({ role: 'node', nodeId }), ...families.ofOwner({ role: 'controller', nodeId })];
    if (own.length === 0 && !isConnected && !grants.isGranted(nodeId)) {
      throw new OttoError('node_not_found', { nodeId });
    }
    const ended = this.#end(nodeId, own);
    const settled = ended.then(nothing, nothing).finally(() => this.#pending.delete(nodeId));
    this.#pending.set(nodeId, settled);
    const counts = await ended;
    this.#options.log.write({ level: 'info', source: 'relay', type: 'node_removed', nodeId });
    return { ok: true, nodeId, ...counts };
  }

  /** The node of this family was there until now. */
  noteSeen(sid: string, at: number): void {
    const family = this.#options.families.get(sid);
    if (family !== undefined) family.lastSeenAt = at;
  }

  /** Memory and sessions first, all before the first wait. */
  async #end(nodeId: string, own: readonly Family[]): Promise<Omit<RemoveNodeReply, 'ok' | 'nodeId'>> {
    const { families, grants, watcher } = this.#options;
    const written = Promise.allSettled([families.forget(own), grants.endOfNode(nodeId)]);
    let disconnectedSessions = watcher.nodeRemoved(nodeId);
    for (const { sid } of own) disconnectedSessions += watcher.familyEnded(sid);
    const [tokens, acl] = await written;
    if (tokens.status === 'rejected') throw tokens.reason;
    if (acl.status === 'rejected') throw acl.reason;
    return { refreshRevokedCount: own.length, aclRevokedCount: acl.value, disconnectedSessions };
  }

  #grantRow({ clientId, grantedAt, expiresAt }: Grant): PairedNodesReply['nodes'][number]['grants'][number] {
    const name = this.#options.clients.get(clientId)?.name ?? '';
    return { clientId, name, grantedAt, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }
}

/** A node that was paired anew is known by its newest pairing. */
function pairingOf(families: readonly Family[]): { pairedAt: number; origin?: string } {
  let newest: Family | undefined;
  for (const family of families) if (newest === undefined || family.began > newest.began) newest = family;
  const { pairedAt = 0, origin } = newest?.owner ?? {};
  return { pairedAt, ...(origin === undefined ? {} : { origin }) };
}

function lastSeen(families: readonly Family[], connectedSeenAt: number | undefined): number {
  return Math.max(connectedSeenAt ?? 0, ...families.map((family) => family.lastSeenAt));
}

function nothing(): void {
  // Whoever asked for the removal is told how it went; the next one only waits for it.
}

export interface PairedNodesOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly watcher: AccessWatcher;
  readonly clients: ClientRecords;
  readonly families: TokenFamilies;
  readonly grants: Grants;
}
