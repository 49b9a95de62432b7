import { OttoError } from '@telepat/otto-protocol';
import type { ClientListReply, ClientReply } from '@telepat/otto-protocol/http';
import { CLIENTS_LISTED_MAX } from '@telepat/otto-protocol/limits';
import type { LogBook } from '../logs/log-book.js';
import type { ControllerClient } from '../ports/storage.js';
import type { AccessWatcher } from './access-watcher.js';
import { normalizeName, type ClientRecords } from './client-records.js';

/** What each client may do, as the owner of the relay sees and sets it. */
export class ClientScopes {
  readonly #log: LogBook;
  readonly #watcher: AccessWatcher;
  readonly #records: ClientRecords;

  constructor(options: ClientScopesOptions) {
    this.#log = options.log;
    this.#watcher = options.watcher;
    this.#records = options.records;
  }

  /** The clients that are not removed, by name; of those, the one with this id or this name. */
  list(client: string | undefined): ClientListReply {
    const found = client === undefined ? this.#live() : this.#named(client);
    found.sort((a, b) => (a.normalizedName < b.normalizedName ? -1 : 1));
    return { clients: found.slice(0, CLIENTS_LISTED_MAX).map(replyOf), clientCount: found.length };
  }

  /**
   * Sets what a client may do. Its live sessions have it at once; it resolves when it is durable.
   *
   * @throws OttoError `client_not_found`
   */
  async set(body: { clientId: string; scopes: readonly string[] }): Promise<ClientReply> {
    const { clientId } = body;
    const client = this.#records.live(clientId);
    if (client === undefined) throw new OttoError('client_not_found', { clientId });
    const scopes = [...new Set(body.scopes)];
    const value = { ...client, scopes };
    const written = this.#records.write([{ put: clientId, value }]);
    this.#watcher.scopesChanged(clientId, scopes);
    try {
      await written;
    } catch (reason) {
      // Storage refused: what stood before counts again, or what was set meanwhile.
      const now = this.#records.live(clientId);
      if (now !== undefined) this.#watcher.scopesChanged(clientId, now.scopes);
      throw reason;
    }
    const type = 'controller_scopes_changed';
    this.#log.write({ level: 'info', source: 'relay', type, clientId, data: { scopes } });
    return replyOf(value);
  }

  #live(): ControllerClient[] {
    return [...this.#records.all()].filter(({ revokedAt }) => revokedAt === undefined);
  }

  #named(client: string): ControllerClient[] {
    const found = this.#records.live(client) ?? this.#records.named(normalizeName(client));
    return found === undefined ? [] : [found];
  }
}

/** Never what its secret is kept as. */
function replyOf(client: ControllerClient): ClientReply {
  const { clientId, name, description, avatarSeed, scopes, createdAt, lastUsedAt } = client;
  const used = lastUsedAt === undefined ? {} : { lastUsedAt };
  return { clientId, name, description, avatarSeed, scopes: [...scopes], createdAt, ...used };
}

export interface ClientScopesOptions {
  readonly log: LogBook;
  readonly watcher: AccessWatcher;
  readonly records: ClientRecords;
}
