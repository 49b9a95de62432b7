import { OttoError } from '@telepat/otto-protocol';
import type { RemoveAllClientsReply, RemoveClientReply } from '@telepat/otto-protocol/http';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { Change, ControllerClient } from '../ports/storage.js';
import type { AccessWatcher } from './access-watcher.js';
import { identityOf, mayAs, requireController } from './caller-rights.js';
import type { ClientRecords } from './client-records.js';
import type { Grants } from './grants.js';
import type { Caller } from './identity.js';
import { REMOVAL_PATIENCE_MS } from './limits.js';
import type { Tokens } from './tokens.js';

/**
 * Removes clients with all that hangs on them. From the first moment on they get in no more; once their records are
 * durable their sessions, grants and tokens end.
 */
export class ClientRemoval {
  readonly #clock: Clock;
  readonly #log: LogBook;
  readonly #watcher: AccessWatcher;
  readonly #records: ClientRecords;
  readonly #tokens: Tokens;
  readonly #grants: Grants;
  readonly #reportBug: (error: unknown) => void;
  /** On their way to storage. */
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor(options: ClientRemovalOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#watcher = options.watcher;
    this.#records = options.records;
    this.#tokens = options.tokens;
    this.#grants = options.grants;
    this.#reportBug = options.reportBug;
  }

  /** See `ControllerClients.remove`. */
  async remove(caller: Caller, clientId: string): Promise<RemoveClientReply> {
    requireController(caller);
    if (identityOf(caller)?.clientId !== clientId && !mayAs(caller, 'relay.admin')) {
      throw new OttoError('forbidden_scope');
    }
    // That a client was removed before is said only once it is durable.
    const pending = this.#pending.get(clientId);
    if (pending !== undefined) await pending;
    const client = this.#records.get(clientId);
    if (client === undefined) throw new OttoError('client_not_found', { clientId });
    if (client.revokedAt !== undefined) return { ...nothingEnded(clientId, client.revokedAt), alreadyRevoked: true };

    const revokedAt = this.#clock.now();
    const ended = this.#end([clientId], [{ put: clientId, value: { ...client, revokedAt } }]);
    this.#pending.set(clientId, ended);
    const counts = await ended.finally(() => this.#pending.delete(clientId));
    this.#logRemoval(caller, clientId);
    return { ok: true, clientId, revokedAt, ...counts, alreadyRevoked: false };
  }

  /** See `ControllerClients.removeAll`. */
  async removeAll(caller: Caller): Promise<RemoveAllClientsReply> {
    requireController(caller);
    if (!mayAs(caller, 'relay.admin')) throw new OttoError('forbidden_scope');

    const all = [...this.#records.all()];
    const removedClientIds = all.filter(({ revokedAt }) => revokedAt === undefined).map(({ clientId }) => clientId);
    const counts = await this.#end(
      removedClientIds,
      all.map(({ clientId }) => ({ remove: clientId })),
    );
    for (const clientId of removedClientIds) this.#logRemoval(caller, clientId);
    return { ok: true, removedClientIds, removedCount: removedClientIds.length, ...counts };
  }

  /**
   * The records first: a removal that storage refuses has changed nothing. Sessions wait for them, too, because no
   * program comes back after it was told that it is removed; but not for long.
   */
  async #end(clientIds: readonly string[], changes: readonly Change<ControllerClient>[]): Promise<EndedCounts> {
    let disconnectedSessions: number | undefined;
    const disconnect = (): number => {
      disconnectedSessions ??= clientIds.reduce((sum, clientId) => sum + this.#watcher.clientRemoved(clientId), 0);
      return disconnectedSessions;
    };
    const patience = this.#clock.after(REMOVAL_PATIENCE_MS, disconnect);
    await this.#records.write(changes).finally(() => patience.cancel());
    const disconnected = disconnect();
    const grants = this.#grants.endOf(clientIds);
    const tokens = this.#tokens.endOf(clientIds);
    // The clients are gone, and nothing of theirs is of use: what storage still keeps, the next start drops.
    for (const done of await Promise.allSettled([grants.written, tokens.written]))
      if (done.status === 'rejected') this.#reportBug(done.reason);
    return { aclRevokedCount: grants.count, refreshRevokedCount: tokens.count, disconnectedSessions: disconnected };
  }

  #logRemoval(caller: Caller, clientId: string): void {
    const removedBy = identityOf(caller)?.clientId ?? identityOf(caller)?.controllerId ?? caller.kind;
    const type = 'controller_client_removed';
    this.#log.write({ level: 'info', source: 'relay', type, clientId, data: { removedBy } });
  }
}

function nothingEnded(clientId: string, revokedAt: number): Omit<RemoveClientReply, 'alreadyRevoked'> {
  return { ok: true, clientId, revokedAt, aclRevokedCount: 0, refreshRevokedCount: 0, disconnectedSessions: 0 };
}

interface EndedCounts {
  readonly aclRevokedCount: number;
  readonly refreshRevokedCount: number;
  readonly disconnectedSessions: number;
}

export interface ClientRemovalOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly watcher: AccessWatcher;
  readonly records: ClientRecords;
  readonly tokens: Tokens;
  readonly grants: Grants;
  readonly reportBug: (error: unknown) => void;
}
