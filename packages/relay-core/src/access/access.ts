import type { RelayConfig } from '../config.js';
import type { LogBook } from '../logs/log-book.js';
import type { RelayPorts } from '../ports/ports.js';
import type { AccessWatcher } from './access-watcher.js';
import { ClientLogin } from './client-login.js';
import { ClientRecords } from './client-records.js';
import { ClientRemoval } from './client-removal.js';
import { ClientScopes } from './client-scopes.js';
import { ControllerClients } from './controller-clients.js';
import { FamilyExpiry } from './family-expiry.js';
import { Grants } from './grants.js';
import type { Identity } from './identity.js';
import { PairedNodes } from './paired-nodes.js';
import { Pairing } from './pairing.js';
import { readStoredAccess } from './stored-access.js';
import { TokenFamilies } from './token-families.js';
import { TokenMint } from './token-mint.js';
import { TokenRefresh } from './token-refresh.js';
import { Tokens } from './tokens.js';

/**
 * Who may do what: tokens, controller clients, grants and pairings. Memory is the truth; a change is answered once it
 * is durable, and a right that ends is told to the watcher at once.
 */
export class Access {
  readonly tokens: Tokens;
  readonly clients: ControllerClients;
  readonly grants: Grants;
  readonly pairing: Pairing;
  readonly nodes: PairedNodes;
  /** What was read at start; `expired` was dropped. */
  readonly loaded: LoadedCounts;
  readonly #rooms: AccessRooms;
  readonly #ports: RelayPorts;

  /** Reads the storage, drops what has expired, and watches for what will. */
  static async open(options: AccessOptions): Promise<Access> {
    const { ports, watcher } = options;
    const stored = await readStoredAccess(ports.storage, ports.clock.now());
    const records = new ClientRecords(ports.storage.clients, stored.clients);
    const { refreshSessions: collection } = ports.storage;
    const families = new TokenFamilies({ collection, stored: stored.refreshSessions, watcher });
    const grants = new Grants({
      ...options,
      clock: ports.clock,
      clients: records,
      reportBug: ports.reportBug,
      collection: ports.storage.grants,
      stored: stored.grants,
    });
    const { clients, refreshSessions, expired } = stored;
    const loaded = {
      clients: clients.size,
      grants: stored.grants.size,
      refreshSessions: refreshSessions.size,
      expired,
    };
    const rooms = composeRooms(options, { records, families, grants });
    rooms.grants.watch();
    rooms.expiry.watch();
    return new Access(options, rooms, loaded);
  }

  private constructor(options: AccessOptions, rooms: AccessRooms, loaded: LoadedCounts) {
    this.tokens = rooms.tokens;
    this.clients = rooms.clients;
    this.grants = rooms.grants;
    this.pairing = rooms.pairing;
    this.nodes = rooms.nodes;
    this.loaded = loaded;
    this.#rooms = rooms;
    this.#ports = options.ports;
  }

  /** The ids that an identity's log entries carry: a client's, or those of a controller that has none. */
  idsOf(identity: string): { clientId: string } | { controllerId: string } {
    return this.clients.isLive(identity) ? { clientId: identity } : { controllerId: identity };
  }

  /**
   * Somebody authenticated: the first time that a node does so with the tokens of a pairing, nobody gets them again,
   * and what it was paired with before ends.
   */
  noteAuthenticated(identity: Identity): void {
    const { role, clientId, sid } = identity;
    if (clientId !== undefined) this.#rooms.records.touch(clientId, this.#ports.clock.now());
    if (sid === undefined) return;
    this.tokens.noteUse(sid);
    if (role !== 'node') return;
    this.pairing.stopHandingOut(sid);
    this.tokens.endOlderThan(sid).catch(this.#ports.reportBug);
  }

  /** Cancels every timer; none is armed afterwards. */
  close(): void {
    this.#rooms.grants.close();
    this.#rooms.expiry.close();
  }
}

function composeRooms(
  { config, ports, log, watcher }: AccessOptions,
  { records, families, grants }: Pick<AccessRooms, 'records' | 'grants'> & { families: TokenFamilies },
): AccessRooms {
  const { clock, ids, secrets, tokenSigner, reportBug } = ports;
  const world = { config, clock, ids, secrets, tokenSigner, log, watcher, reportBug };
  const expiry = new FamilyExpiry({ clock, families, reportBug });
  const mint = new TokenMint(world);
  const refresh = new TokenRefresh({ ...world, clients: records, families, mint });
  const tokens = new Tokens({ ...world, clients: records, families, expiry, mint, refresh });
  const login = new ClientLogin({ ...world, records, tokens });
  const removal = new ClientRemoval({ ...world, records, tokens, grants });
  const scopes = new ClientScopes({ ...world, records });
  const clients = new ControllerClients({ ...world, records, login, removal, scopes });
  const nodes = new PairedNodes({ ...world, clients: records, families, grants });
  return { records, grants, expiry, tokens, clients, pairing: new Pairing({ ...world, tokens }), nodes };
}

export interface AccessOptions {
  readonly config: RelayConfig;
  readonly ports: RelayPorts;
  readonly log: LogBook;
  readonly watcher: AccessWatcher;
}

interface AccessRooms {
  readonly records: ClientRecords;
  readonly grants: Grants;
  readonly expiry: FamilyExpiry;
  readonly tokens: Tokens;
  readonly clients: ControllerClients;
  readonly pairing: Pairing;
  readonly nodes: PairedNodes;
}

interface LoadedCounts {
  readonly clients: number;
  readonly grants: number;
  readonly refreshSessions: number;
  readonly expired: number;
}
