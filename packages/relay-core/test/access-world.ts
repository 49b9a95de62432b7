import { Access } from '../src/access/access.js';
import type { AccessWatcher } from '../src/access/access-watcher.js';
import type { Caller, Identity, Origin } from '../src/access/identity.js';
import { DEFAULT_RELAY_CONFIG, type RelayConfig } from '../src/config.js';
import { LogBook } from '../src/logs/log-book.js';
import type { Change, Collection, Storage } from '../src/ports/storage.js';
import {
  ManualClock,
  MemoryLog,
  MemoryStorage,
  PlainSecrets,
  PlainTokens,
  SequentialIds,
} from '../src/testing/index.js';

export const HERE: Origin = { address: '127.0.0.1', isLoopback: true };
export const AWAY: Origin = { address: '192.0.2.7', isLoopback: false };
export const OPERATOR: Caller = { kind: 'operator' };
export const ANYONE: Caller = { kind: 'anyone' };

/** The access rooms of a relay over storage in memory. */
export async function accessWorld(config: Partial<RelayConfig> = {}): Promise<AccessWorld> {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const parts = { clock, storage, secrets: new PlainSecrets(), ids: new SequentialIds(), config };
  return AccessWorld.open(parts);
}

export class AccessWorld {
  readonly clock: ManualClock;
  readonly storage: MemoryStorage;
  readonly access: Access;
  readonly log: MemoryLog;
  readonly watcher: RecordingWatcher;
  readonly bugs: unknown[];
  /** Storage as the rooms see it: hold a collection to keep its writes waiting. */
  readonly held: HeldStorage;
  readonly #parts: WorldParts;

  static async open(parts: WorldParts): Promise<AccessWorld> {
    const { clock, ids } = parts;
    const log = new MemoryLog();
    const watcher = new RecordingWatcher();
    const bugs: unknown[] = [];
    const held = new HeldStorage(parts.storage);
    const access = await Access.open({
      config: { ...DEFAULT_RELAY_CONFIG, ...parts.config },
      ports: {
        clock,
        ids,
        storage: held,
        logSink: log,
        tokenSigner: new PlainTokens(clock),
        secrets: parts.secrets,
        reportBug: (error) => bugs.push(error),
      },
      log: new LogBook({ clock, ids, sink: log, reportBug: (error) => bugs.push(error) }),
      watcher,
    });
    return new AccessWorld(parts, { access, log, watcher, bugs, held });
  }

  private constructor(parts: WorldParts, made: Pick<AccessWorld, 'access' | 'log' | 'watcher' | 'bugs' | 'held'>) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.storage = parts.storage;
    this.access = made.access;
    this.log = made.log;
    this.watcher = made.watcher;
    this.bugs = made.bugs;
    this.held = made.held;
  }

  /** The same relay after it was killed: what is not in storage is gone. */
  async restart(): Promise<AccessWorld> {
    this.access.close();
    return AccessWorld.open(this.#parts);
  }

  /** A registered client that has logged in. */
  async client(name: string): Promise<LoggedIn> {
    const { clientId, clientSecret } = await this.access.clients.register({ name, description: 'For a test.' }, HERE);
    const { accessToken, refreshToken } = await this.access.clients.token({ clientId, clientSecret }, HERE);
    const identity = await this.access.tokens.verify(accessToken);
    return { clientId, clientSecret, accessToken, refreshToken, identity, caller: { kind: 'bearer', identity } };
  }

  /** A node that was paired and has authenticated. */
  async node(nodeId: string): Promise<PairedNode> {
    const { challengeId, code } = this.access.pairing.request({ nodeId }, HERE);
    await this.access.pairing.approve(OPERATOR, code);
    const { nodeAccessToken = '', nodeRefreshToken = '' } = await this.access.pairing.status(challengeId);
    const identity = await this.access.tokens.verify(nodeAccessToken);
    this.access.noteAuthenticated(identity);
    return {
      accessToken: nodeAccessToken,
      refreshToken: nodeRefreshToken,
      identity,
      caller: { kind: 'bearer', identity },
    };
  }
}

/** Remembers what ended; every client and family has one live session. */
class RecordingWatcher implements AccessWatcher {
  readonly grants: string[] = [];
  readonly clients: string[] = [];
  readonly families: string[] = [];
  readonly scopes: string[] = [];
  readonly nodes: string[] = [];

  scopesChanged(clientId: string, scopes: readonly string[]): void {
    this.scopes.push(`${clientId} ${scopes.join(',')}`);
  }

  nodeRemoved(nodeId: string): number {
    this.nodes.push(nodeId);
    return 1;
  }

  grantEnded(clientId: string, nodeId: string): void {
    this.grants.push(`${clientId} ${nodeId}`);
  }

  clientRemoved(clientId: string): number {
    this.clients.push(clientId);
    return 1;
  }

  familyEnded(sid: string): number {
    this.families.push(sid);
    return 1;
  }
}

/** A collection whose writes wait while it is held. */
class HeldCollection<T> implements Collection<T> {
  readonly #behind: Collection<T>;
  #free: Promise<void> = Promise.resolve();

  constructor(behind: Collection<T>) {
    this.#behind = behind;
  }

  all(): Promise<ReadonlyMap<string, T>> {
    return this.#behind.all();
  }

  async write(changes: readonly Change<T>[]): Promise<void> {
    await this.#free;
    return this.#behind.write(changes);
  }

  /** @returns what lets the writes go on */
  hold(): () => void {
    let release = (): void => undefined;
    this.#free = new Promise((resolve) => (release = resolve));
    return () => release();
  }
}

class HeldStorage implements Storage {
  readonly clients;
  readonly grants;
  readonly refreshSessions;
  readonly tabOwners;
  readonly journal;

  constructor(storage: Storage) {
    this.clients = new HeldCollection(storage.clients);
    this.grants = new HeldCollection(storage.grants);
    this.refreshSessions = new HeldCollection(storage.refreshSessions);
    this.tabOwners = storage.tabOwners;
    this.journal = storage.journal;
  }
}

interface WorldParts {
  readonly clock: ManualClock;
  readonly storage: MemoryStorage;
  readonly secrets: PlainSecrets;
  readonly ids: SequentialIds;
  readonly config: Partial<RelayConfig>;
}

interface PairedNode {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly identity: Identity;
  readonly caller: Caller;
}

interface LoggedIn extends PairedNode {
  readonly clientId: string;
  readonly clientSecret: string;
}
