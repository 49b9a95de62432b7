import type { LogEntry, Role } from '@telepat/otto-protocol';
import { Access } from './access/access.js';
import { identityKey, type Caller } from './access/identity.js';
import { DEFAULT_RELAY_CONFIG, type RelayConfig } from './config.js';
import { LogBook } from './logs/log-book.js';
import { LogFeed } from './logs/log-feed.js';
import type { Viewer } from './logs/log-query.js';
import { NodeDirectory } from './node/node-directory.js';
import { RelayCommands } from './node/relay-commands.js';
import { TabLocks } from './node/tab-locks.js';
import type { Opening, Peer } from './ports/peer.js';
import type { RelayPorts } from './ports/ports.js';
import type { RelayRooms } from './relay-rooms.js';
import { Connection } from './session/connection.js';
import { IdentityLedgers } from './session/identity-ledgers.js';
import { Listeners } from './session/listeners.js';
import { viewerOf } from './session/live-log.js';
import { LockNews } from './session/lock-news.js';
import { NodeSessions, type NodeDetail } from './session/node-sessions.js';
import { OrphanTabs } from './session/orphan-tabs.js';
import { Revocations } from './session/revocations.js';
import { SessionDirectory } from './session/session-directory.js';
import { Streams } from './session/streams.js';
import { Subscriptions } from './session/subscriptions.js';
import { SessionLife } from './session/session-life.js';

/**
 * One relay: its rooms, the peers that are connected to it, and their common end.
 *
 * @example
 * const relay = await Relay.open({ ports });
 * const connection = relay.connect(peer, { role: 'controller', remoteAddress: '127.0.0.1' });
 */
export class Relay {
  readonly #rooms: RelayRooms;
  readonly #sessions: SessionDirectory;
  readonly #ledgers: IdentityLedgers;
  readonly #nodeSessions: NodeSessions;
  readonly #life: SessionLife;
  readonly #connections = new Set<Connection>();
  #isStopping = false;

  private constructor(rooms: RelayRooms, own: OwnRooms) {
    this.#rooms = rooms;
    this.#sessions = own.sessions;
    this.#ledgers = own.ledgers;
    this.#nodeSessions = new NodeSessions(rooms);
    this.#life = new SessionLife(rooms, { ...own, nodeSessions: this.#nodeSessions });
  }

  /** Loads the stores and makes a relay that is ready for peers. Rejects when a store cannot be read. */
  static async open(options: RelayOptions): Promise<Relay> {
    const { ports } = options;
    const { clock, ids, reportBug } = ports;
    const config = { ...DEFAULT_RELAY_CONFIG, ...options.config };
    const logFeed = new LogFeed(ports.logSink);
    const log = new LogBook({ clock, ids, sink: logFeed, recent: options.recentLog ?? [] });
    const nodes = new NodeDirectory();
    const ledgers = new IdentityLedgers(config, clock);
    const sessions = new SessionDirectory();
    const relayCommands = new RelayCommands(clock, ids);
    const orphanTabs = new OrphanTabs({ config, clock, log, nodes, relayCommands });
    const { bufferedBytesMax } = config;
    const listeners = new Listeners({ clock, log, nodes, relayCommands, bufferedBytesMax });
    const subscriptions = new Subscriptions(listeners, new Streams({ clock, log, listeners }));
    const locks = new TabLocks(clock, new LockNews(nodes, log));
    const watcher = new Revocations({ ledgers, locks, nodes, orphanTabs, sessions, subscriptions });
    const access = await Access.open({ config, ports, log, watcher });
    const rooms = { config, clock, ids, log, logFeed, access, nodes, locks, subscriptions, orphanTabs, reportBug };
    return new Relay(rooms, { ledgers, sessions });
  }

  get config(): RelayConfig {
    return this.#rooms.config;
  }

  /** Who may do what: pairing, tokens, clients, grants. */
  get access(): Access {
    return this.#rooms.access;
  }

  /** The operation log. */
  get logs(): LogBook {
    return this.#rooms.log;
  }

  /** Takes in a new socket. */
  connect(peer: Peer, opening: Opening): Connection {
    const connection = new Connection(peer, opening, {
      rooms: this.#rooms,
      life: this.#life,
      onEnd: (ended) => this.#connections.delete(ended),
    });
    this.#connections.add(connection);
    if (this.#isStopping) connection.close('relay_shutting_down');
    return connection;
  }

  /** The connected nodes that a caller may command, with what is known of them. */
  connectedNodes(caller: Caller): NodeDetail[] {
    const viewer = this.viewer(caller);
    return this.#nodeSessions.details().filter(({ nodeId }) => viewer.seesAll || viewer.nodeIds(nodeId));
  }

  /** Which log entries and nodes a caller may see. */
  viewer(caller: Caller): Viewer {
    if (caller.kind === 'operator') return { seesAll: true, nodeIds: () => true };
    if (caller.kind === 'anyone') return { seesAll: false, nodeIds: () => false };
    return viewerOf(caller.identity, this.access.grants);
  }

  /** Every live session, for the operator. */
  sessions(): SessionDetail[] {
    const { clock } = this.#rooms;
    return this.#sessions.all().map((session) => ({
      role: session.identity.role,
      identity: identityKey(session.identity),
      connectedAt: session.connectedAt,
      lastFrameAt: clock.now() - (clock.ticks() - session.heartbeat.lastSeenAt),
    }));
  }

  /** How much is held in memory: for diagnosis and tests. All but `ledgers` is zero when nobody is connected. */
  tables(): RelayTables {
    const channels = this.#rooms.nodes.all();
    return {
      connections: this.#connections.size,
      sessions: this.#sessions.all().length,
      nodes: channels.length,
      commands: channels.reduce((sum, channel) => sum + channel.inFlight + channel.queued, 0),
      ledgers: this.#ledgers.size,
      locks: this.#rooms.locks.size,
      listeners: this.#rooms.subscriptions.listeners.size,
      streams: this.#rooms.subscriptions.streams.size,
      orphans: this.#rooms.orphanTabs.waitingCount,
    };
  }

  /** Settles every command with `relay_shutting_down`, closes every peer with 1001, and leaves no timer armed. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const channel of this.#rooms.nodes.all()) channel.endAll('relay_shutting_down');
    for (const connection of [...this.#connections]) connection.close('relay_shutting_down');
    this.#rooms.orphanTabs.close();
    this.#rooms.locks.close();
    this.#rooms.subscriptions.listeners.close();
    this.#ledgers.close();
    this.access.close();
  }
}

export interface RelayOptions {
  readonly config?: Partial<RelayConfig>;
  readonly ports: RelayPorts;
  /** The newest entries of the stored log, oldest first, so that queries reach back before the start. */
  readonly recentLog?: readonly LogEntry[];
}

/** One live session. Times are epoch milliseconds. */
export interface SessionDetail {
  readonly role: Role;
  readonly identity: string;
  readonly connectedAt: number;
  readonly lastFrameAt: number;
}

export interface RelayTables {
  readonly connections: number;
  readonly sessions: number;
  readonly nodes: number;
  readonly commands: number;
  readonly ledgers: number;
  readonly locks: number;
  readonly listeners: number;
  readonly streams: number;
  readonly orphans: number;
}

interface OwnRooms {
  readonly ledgers: IdentityLedgers;
  readonly sessions: SessionDirectory;
}
