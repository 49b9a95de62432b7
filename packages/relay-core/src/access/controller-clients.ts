import { ID_PREFIXES, OttoError } from '@telepat/otto-protocol';
import type {
  ClientListReply,
  ClientReply,
  ClientTokenReply,
  RegisterReply,
  RemoveAllClientsReply,
  RemoveClientReply,
} from '@telepat/otto-protocol/http';
import { CLIENTS_MAX } from '@telepat/otto-protocol/limits';
import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Secrets } from '../ports/secrets.js';
import type { ControllerClient } from '../ports/storage.js';
import type { ClientLogin } from './client-login.js';
import { normalizeName, type ClientRecords } from './client-records.js';
import type { ClientRemoval } from './client-removal.js';
import type { ClientScopes } from './client-scopes.js';
import type { Caller, Origin } from './identity.js';
import { LOOPBACK_REGISTRATIONS_PER_MIN, REMOTE_REGISTRATIONS_PER_MIN } from './limits.js';
import { MinuteLimit } from './minute-limit.js';

/** What nobody sees: with it one name could look like another. White space is folded, and may stay. */
const UNSEEN = /\p{Cf}|(?!\s)\p{Cc}/u;

/** The registered controllers: how they come, log in and go. */
export class ControllerClients {
  readonly #config: RelayConfig;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #secrets: Secrets;
  readonly #log: LogBook;
  readonly #records: ClientRecords;
  readonly #login: ClientLogin;
  readonly #removal: ClientRemoval;
  readonly #scopes: ClientScopes;
  readonly #loopbackRegistrations: MinuteLimit;
  readonly #remoteRegistrations: MinuteLimit;

  constructor(options: ControllerClientsOptions) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#secrets = options.secrets;
    this.#log = options.log;
    this.#records = options.records;
    this.#login = options.login;
    this.#removal = options.removal;
    this.#scopes = options.scopes;
    this.#loopbackRegistrations = new MinuteLimit(options.clock, LOOPBACK_REGISTRATIONS_PER_MIN);
    this.#remoteRegistrations = new MinuteLimit(options.clock, REMOTE_REGISTRATIONS_PER_MIN);
  }

  /**
   * Registers a client under a name that no other one has; who may do so was decided before. The secret is in this
   * answer and nowhere else.
   *
   * @throws OttoError `controller_metadata_required`, `controller_name_conflict`, `too_many_registrations`
   */
  async register(body: Registration, from: Origin): Promise<RegisterReply> {
    const normalizedName = normalizeName(body.name);
    if (normalizedName === '' || UNSEEN.test(body.name) || UNSEEN.test(body.description)) {
      throw new OttoError('controller_metadata_required', {
        message: 'name and description are required, without control or invisible characters.',
      });
    }
    const limit = from.isLoopback ? this.#loopbackRegistrations : this.#remoteRegistrations;
    if (limit.isReached(ALL)) throw new OttoError('too_many_registrations');
    const other = this.#records.named(normalizedName);
    if (other !== undefined) throw new OttoError('controller_name_conflict', { clientId: other.clientId });
    const makeRoom = this.#records.roomFor(CLIENTS_MAX);
    if (makeRoom === undefined) throw new OttoError('too_many_registrations');
    limit.count(ALL);

    const clientSecret = this.#secrets.newClientSecret();
    const client = this.#newClient(body, normalizedName, clientSecret);
    await this.#records.write([...makeRoom, { put: client.clientId, value: client }]);
    const { clientId, name, description, avatarSeed, createdAt } = client;
    const data = { name, isLoopback: from.isLoopback };
    this.#log.write({ level: 'info', source: 'relay', type: 'controller_client_registered', clientId, data });
    return { clientId, name, description, avatarSeed, clientSecret, createdAt };
  }

  /**
   * Logs a client in with its secret.
   *
   * @throws OttoError `invalid_client_credentials`, `too_many_attempts`
   */
  token(body: { clientId: string; clientSecret: string }, from: Origin): Promise<ClientTokenReply> {
    return this.#login.token(body, from);
  }

  /**
   * Removes a client with its grants, tokens and live sessions: a controller itself, the operator and `relay.admin`
   * any one.
   *
   * @throws OttoError `missing_access_token`, `forbidden_role`, `forbidden_scope`, `client_not_found`
   */
  remove(caller: Caller, clientId: string): Promise<RemoveClientReply> {
    return this.#removal.remove(caller, clientId);
  }

  /**
   * Removes all clients and forgets that they were.
   *
   * @throws OttoError `missing_access_token`, `forbidden_role`, `forbidden_scope`
   */
  removeAll(caller: Caller): Promise<RemoveAllClientsReply> {
    return this.#removal.removeAll(caller);
  }

  /** The clients, or the one with this id or name, and what they may do. */
  list(client?: string): ClientListReply {
    return this.#scopes.list(client);
  }

  /**
   * Sets what a client may do; its live sessions have it at once.
   *
   * @throws OttoError `client_not_found`
   */
  setScopes(body: { clientId: string; scopes: readonly string[] }): Promise<ClientReply> {
    return this.#scopes.set(body);
  }

  /** Whether a client is registered and not removed. */
  isLive(clientId: string): boolean {
    return this.#records.live(clientId) !== undefined;
  }

  /** What a client is called, removed or not. */
  nameOf(clientId: string): string | undefined {
    return this.#records.get(clientId)?.name;
  }

  /** What a live client may do. */
  scopesOf(clientId: string): readonly string[] | undefined {
    return this.#records.live(clientId)?.scopes;
  }

  #newClient(body: Registration, normalizedName: string, clientSecret: string): ControllerClient {
    const clientId = this.#ids.next(ID_PREFIXES.client);
    return {
      clientId,
      name: body.name.trim(),
      description: body.description.trim(),
      normalizedName,
      avatarSeed: body.avatarSeed ?? clientId,
      secret: this.#secrets.seal(clientSecret),
      scopes: this.#config.defaultControllerScopes,
      createdAt: this.#clock.now(),
    };
  }
}

/** Registrations are counted together, not by who asks. */
const ALL = 'all';

export interface Registration {
  readonly name: string;
  readonly description: string;
  readonly avatarSeed?: string | undefined;
}

export interface ControllerClientsOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly secrets: Secrets;
  readonly log: LogBook;
  readonly records: ClientRecords;
  readonly login: ClientLogin;
  readonly removal: ClientRemoval;
  readonly scopes: ClientScopes;
}
