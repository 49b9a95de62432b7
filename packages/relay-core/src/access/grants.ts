import { OttoError } from '@telepat/otto-protocol';
import type { AccessListReply, AccessReply } from '@telepat/otto-protocol/http';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { Collection, ControllerClient, Grant } from '../ports/storage.js';
import type { AccessWatcher } from './access-watcher.js';
import { requireNodeId } from './caller-rights.js';
import type { ClientRecords } from './client-records.js';
import type { Identity } from './identity.js';
import { Mirror } from './mirror.js';
import { WallAlarm } from './wall-alarm.js';

/** How late the end of a grant may be noticed when the wall clock was moved. */
const EXPIRY_LOOK_MS = 1_000;

/** Which client may command which node: nothing unless the node said so, and no longer than it said. */
export class Grants {
  readonly #clock: Clock;
  readonly #log: LogBook;
  readonly #watcher: AccessWatcher;
  readonly #clients: ClientRecords;
  readonly #reportBug: (error: unknown) => void;
  readonly #mirror: Mirror<Grant>;
  /** By client, then by node: every command asks. */
  readonly #byClient = new Map<string, Map<string, Grant>>();
  readonly #expiring = new Set<Grant>();
  readonly #expiry: WallAlarm;

  constructor(options: GrantsOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#watcher = options.watcher;
    this.#clients = options.clients;
    this.#reportBug = options.reportBug;
    this.#expiry = new WallAlarm(options.clock, { lookEveryMs: EXPIRY_LOOK_MS, ring: () => this.#expire() });
    this.#mirror = new Mirror({
      collection: options.collection,
      stored: options.stored,
      onChange: (_id, before, after) => this.#index(before, after),
    });
  }

  /**
   * Whether a controller may command a node. One that came from approving a pairing has no client and is bound to the
   * node of its token.
   */
  allows(identity: Identity, nodeId: string): boolean {
    if (identity.role !== 'controller') return false;
    if (identity.clientId === undefined) return identity.nodeId === nodeId;
    return this.#liveGrant(identity.clientId, nodeId) !== undefined;
  }

  /** The nodes that a controller may command at this moment. */
  nodeIdsOf(identity: Identity): Set<string> {
    const { clientId, nodeId } = identity;
    const named = clientId === undefined ? [nodeId ?? ''] : [...(this.#byClient.get(clientId)?.keys() ?? [])];
    return new Set(named.filter((each) => this.allows(identity, each)));
  }

  /** Every client as one node sees it, sorted by name. */
  list(node: Identity): AccessListReply {
    const nodeId = requireNodeId(node);
    const clients = [...this.#clients.all()].sort(byName);
    return { nodeId, clients: clients.map((client) => this.#rowOf(client, nodeId)) };
  }

  /**
   * Grants a client access to the node, or withdraws it at once.
   *
   * @throws OttoError `forbidden_role`, `client_not_found`, `invalid_expiresAt`
   */
  async set(node: Identity, body: GrantBody): Promise<AccessReply> {
    const nodeId = requireNodeId(node);
    return body.grant ? this.#grant(nodeId, body) : this.#withdraw(nodeId, body.clientId);
  }

  /** Ends all grants of clients that are being removed; their sessions are ended by whoever removes them. */
  endOf(clientIds: readonly string[]): Ended {
    const ended = clientIds.flatMap((clientId) => [...(this.#byClient.get(clientId)?.values() ?? [])]);
    const written = this.#mirror.write(ended.map((grant) => ({ remove: grantId(grant) })));
    return { count: ended.length, written };
  }

  /** The grants in force, by node. */
  byNode(): ReadonlyMap<string, readonly Grant[]> {
    const byNode = new Map<string, Grant[]>();
    for (const grant of this.#mirror.values()) {
      if (!isLive(grant, this.#clock) || this.#clients.live(grant.clientId) === undefined) continue;
      const grants = byNode.get(grant.nodeId);
      if (grants === undefined) byNode.set(grant.nodeId, [grant]);
      else grants.push(grant);
    }
    return byNode;
  }

  /** Whether any client may command a node. */
  isGranted(nodeId: string): boolean {
    for (const grant of this.#mirror.values()) {
      if (grant.nodeId === nodeId && isLive(grant, this.#clock)) return true;
    }
    return false;
  }

  /** Ends all grants of a node that is being removed, and what stands on them. */
  async endOfNode(nodeId: string): Promise<number> {
    const ended = [...this.#mirror.values()].filter((grant) => grant.nodeId === nodeId);
    const written = this.#mirror.write(ended.map((grant) => ({ remove: grantId(grant) })));
    for (const { clientId } of ended) this.#watcher.grantEnded(clientId, nodeId);
    await written;
    for (const { clientId } of ended) this.#logEnd(clientId, nodeId, 'node_removed');
    return ended.length;
  }

  /** Starts to watch for grants that expire. */
  watch(): void {
    this.#setExpiry();
  }

  close(): void {
    this.#expiry.close();
  }

  async #grant(nodeId: string, { clientId, expiresAt }: GrantBody): Promise<AccessReply> {
    const now = this.#clock.now();
    if (this.#clients.live(clientId) === undefined) throw new OttoError('client_not_found', { clientId });
    if (expiresAt !== undefined && expiresAt <= now) throw new OttoError('invalid_expiresAt');

    const grant: Grant = {
      clientId,
      nodeId,
      grantedByNodeId: nodeId,
      grantedAt: now,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const written = this.#mirror.write([{ put: grantId(grant), value: grant }]);
    this.#setExpiry();
    // Should storage refuse it, the grant that stood before counts again.
    await written.finally(() => this.#setExpiry());
    this.#log.write({
      level: 'info',
      source: 'node',
      type: 'controller_acl_granted',
      nodeId,
      clientId,
      ...(expiresAt === undefined ? {} : { data: { expiresAt } }),
    });
    return { ok: true, clientId, nodeId, granted: true };
  }

  async #withdraw(nodeId: string, clientId: string): Promise<AccessReply> {
    if (this.#clients.get(clientId) === undefined) throw new OttoError('client_not_found', { clientId });

    const wasGranted = this.#liveGrant(clientId, nodeId) !== undefined;
    // Written even if there is nothing to withdraw: an earlier withdrawal may still be on its way to storage.
    const written = this.#mirror.write([{ remove: grantId({ clientId, nodeId }) }]);
    if (wasGranted) this.#watcher.grantEnded(clientId, nodeId);
    await written;
    if (wasGranted) this.#logEnd(clientId, nodeId, 'withdrawn');
    return { ok: true, clientId, nodeId, granted: false };
  }

  #expire(): void {
    const ended = [...this.#expiring].filter((grant) => !isLive(grant, this.#clock));
    this.#mirror.write(ended.map((grant) => ({ remove: grantId(grant) }))).catch(this.#reportBug);
    this.#setExpiry();
    for (const { clientId, nodeId } of ended) {
      this.#watcher.grantEnded(clientId, nodeId);
      this.#logEnd(clientId, nodeId, 'expired');
    }
  }

  #setExpiry(): void {
    let earliest: number | undefined;
    for (const { expiresAt = Number.POSITIVE_INFINITY } of this.#expiring) {
      if (earliest === undefined || expiresAt < earliest) earliest = expiresAt;
    }
    this.#expiry.set(earliest);
  }

  #logEnd(clientId: string, nodeId: string, reason: string): void {
    const data = { reason };
    this.#log.write({ level: 'info', source: 'node', type: 'controller_acl_revoked', nodeId, clientId, data });
  }

  #liveGrant(clientId: string, nodeId: string): Grant | undefined {
    const grant = this.#byClient.get(clientId)?.get(nodeId);
    return grant !== undefined && isLive(grant, this.#clock) ? grant : undefined;
  }

  #rowOf(client: ControllerClient, nodeId: string): AccessListReply['clients'][number] {
    const { clientId, name, description, avatarSeed, createdAt, lastUsedAt } = client;
    const grant = client.revokedAt === undefined ? this.#liveGrant(clientId, nodeId) : undefined;
    return {
      clientId,
      name,
      description,
      avatarSeed,
      createdAt,
      ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
      revoked: client.revokedAt !== undefined,
      granted: grant !== undefined,
      ...(grant?.expiresAt === undefined ? {} : { grantExpiresAt: grant.expiresAt }),
    };
  }

  #index(before: Grant | undefined, after: Grant | undefined): void {
    if (before !== undefined) {
      const grants = this.#byClient.get(before.clientId);
      grants?.delete(before.nodeId);
      if (grants?.size === 0) this.#byClient.delete(before.clientId);
      this.#expiring.delete(before);
    }
    if (after === undefined) return;
    const grants = this.#byClient.get(after.clientId) ?? new Map<string, Grant>();
    this.#byClient.set(after.clientId, grants.set(after.nodeId, after));
    if (after.expiresAt !== undefined) this.#expiring.add(after);
  }
}

/** The id under which a grant is stored; a node id has no space. */
export function grantId(grant: { clientId: string; nodeId: string }): string {
  return `${grant.clientId} ${grant.nodeId}`;
}

function isLive(grant: Grant, clock: Clock): boolean {
  return grant.expiresAt === undefined || clock.now() < grant.expiresAt;
}

function byName(a: ControllerClient, b: ControllerClient): number {
  if (a.normalizedName !== b.normalizedName) return a.normalizedName < b.normalizedName ? -1 : 1;
  return a.createdAt - b.createdAt;
}

/** What was ended; `written` settles when that is durable, or was refused. */
export interface Ended {
  readonly count: number;
  readonly written: Promise<void>;
}

/** What a node asks for one client; `expiresAt` is in epoch milliseconds. */
export interface GrantBody {
  readonly clientId: string;
  readonly grant: boolean;
  readonly expiresAt?: number | undefined;
}

export interface GrantsOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly watcher: AccessWatcher;
  readonly clients: ClientRecords;
  readonly reportBug: (error: unknown) => void;
  readonly collection: Collection<Grant>;
  readonly stored: ReadonlyMap<string, Grant>;
}
