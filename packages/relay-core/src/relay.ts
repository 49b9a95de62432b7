import type { LogEntry } from '@telepat/otto-protocol';
import type { PairedNodesReply, RemoveNodeReply } from '@telepat/otto-protocol/http';
import type { Access } from './access/access.js';
import type { Caller } from './access/identity.js';
import { DEFAULT_RELAY_CONFIG, type RelayConfig } from './config.js';
import type { LogBook } from './logs/log-book.js';
import type { PlainViewer, Viewer } from './logs/visibility.js';
import { openRooms, type OpenedRooms } from './open-rooms.js';
import type { Opening, Peer } from './ports/peer.js';
import type { RelayPorts } from './ports/ports.js';
import type { RelayRooms } from './relay-rooms.js';
import { Connection } from './session/connection.js';
import type { IdentityLedgers } from './session/identity-ledgers.js';
import { plainViewerOf, viewerOf } from './session/live-log.js';
import { NodeSessions, type NodeDetail } from './session/node-sessions.js';
import type { SessionDirectory } from './session/session-directory.js';
import { SessionLife } from './session/session-life.js';
import { relayStatus, type RelayStatus } from './status/relay-status.js';

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

  private constructor({ rooms, ledgers, sessions }: OpenedRooms) {
    this.#rooms = rooms;
    this.#sessions = sessions;
    this.#ledgers = ledgers;
    this.#nodeSessions = new NodeSessions(rooms);
    this.#life = new SessionLife(rooms, { ledgers, sessions, nodeSessions: this.#nodeSessions });
  }

  /** Loads the stores and makes a relay that is ready for peers. Rejects when a store cannot be read. */
  static async open(options: RelayOptions): Promise<Relay> {
    const { ports } = options;
    const config = { ...DEFAULT_RELAY_CONFIG, ...options.config };
    return new Relay(await openRooms(config, ports, options.recentLog ?? []));
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
    return this.#nodeSessions.details().filter(({ nodeId }) => viewer.seesAll || viewer.nodeIds.has(nodeId));
  }

  /** Which log entries and nodes a caller may see. */
  viewer(caller: Caller): Viewer {
    return caller.kind === 'bearer' ? viewerOf(caller.identity, this.access.grants) : this.plainViewer(caller);
  }

  /** What a caller may see at this moment, as plain data: for a query that is answered in another thread. */
  plainViewer(caller: Caller): PlainViewer {
    if (caller.kind === 'bearer') return plainViewerOf(caller.identity, this.access.grants);
    return { seesAll: caller.kind === 'operator', nodeIds: new Set() };
  }

  /** Who holds what, for the operator. */
  status(): RelayStatus {
    return relayStatus(this.#rooms, this.#sessions.all(), this.#nodeSessions.details());
  }

  /** Every paired node, for the operator. */
  pairedNodes(): PairedNodesReply {
    return this.access.nodes.list(this.#nodeSessions.signsOfLife());
  }

  /**
   * Removes a node with its tokens, the grants that it gave, its controllers and its connection.
   *
   * @throws OttoError `node_not_found`
   */
  removeNode(nodeId: string): Promise<RemoveNodeReply> {
    return this.access.nodes.remove(nodeId, this.#rooms.nodes.get(nodeId) !== undefined);
  }

  /**
   * How much is held in memory: for diagnosis and tests. When nobody is connected all is zero, but for `ledgers` and
   * `nonces`, which go as soon as they cannot matter any more.
   */
  tables(): RelayTables {
    const channels = this.#rooms.nodes.all();
    return {
      connections: this.#connections.size,
      sessions: this.#sessions.all().length,
      nodes: channels.length,
      commands: channels.reduce((sum, channel) => sum + channel.inFlight + channel.queued, 0),
      lanes: channels.reduce((sum, channel) => sum + [...channel.lanes()].length, 0),
      ledgers: this.#ledgers.size,
      nonces: this.#ledgers.nonceCount,
      locks: this.#rooms.locks.size,
      listeners: this.#rooms.subscriptions.listeners.size,
      streams: this.#rooms.subscriptions.streams.size,
      durable: this.#rooms.durable.sizes.waiting,
      orphans: this.#rooms.orphanTabs.waitingCount,
    };
  }

  /** How much is on record over restarts, held in memory as well: durable commands for a day, owners of open tabs. */
  records(): RelayRecords {
    return { durable: this.#rooms.durable.sizes.recorded, tabOwners: this.#rooms.tabOwners.size };
  }

  /** Settles every command with `relay_shutting_down`, closes every peer with 1001, and leaves no timer armed. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const channel of this.#rooms.nodes.all()) channel.endAll('relay_shutting_down');
    this.#rooms.durable.close();
    for (const connection of [...this.#connections]) connection.close('relay_shutting_down');
    this.#rooms.orphanTabs.close();
    this.#rooms.tabOwners.close();
    this.#rooms.locks.close();
    this.#rooms.subscriptions.listeners.close();
    this.#ledgers.close();
    this.access.close();
    this.logs.close();
  }
}

export interface RelayOptions {
  readonly config?: Partial<RelayConfig>;
  readonly ports: RelayPorts;
  /** The newest entries of the stored log, oldest first, so that queries reach back before the start. */
  readonly recentLog?: readonly LogEntry[];
}

export interface RelayTables {
  readonly connections: number;
  readonly sessions: number;
  readonly nodes: number;
  readonly commands: number;
  readonly lanes: number;
  readonly ledgers: number;
  readonly nonces: number;
  readonly locks: number;
  readonly listeners: number;
  readonly streams: number;
  /** Durable commands that somebody waits for; those on record are kept for a day. */
  readonly durable: number;
  readonly orphans: number;
}

export interface RelayRecords {
  readonly durable: number;
  readonly tabOwners: number;
}
