import type { RelayConfig } from '../config.js';
import type { DurableCommands } from '../durable/durable-commands.js';
import type { LogBook } from '../logs/log-book.js';
import { NodeChannel } from '../node/node-channel.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { TabLocks } from '../node/tab-locks.js';
import type { Clock } from '../ports/clock.js';
import type { Session } from './session.js';
import type { Subscriptions } from './subscriptions.js';
import type { TabOwners } from './tab-owners.js';

/** Which session speaks for which node: the newest one, always. */
export class NodeSessions {
  readonly #options: NodeSessionsOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: NodeSessionsOptions) {
    this.#options = options;
  }

  /** A node authenticated: it gets its channel, or takes over the one of its older connection. */
  attach(session: Session): void {
    const nodeId = session.identity.nodeId ?? '';
    const { durable, nodes, log, subscriptions, tabOwners } = this.#options;
    tabOwners.nodeCame(nodeId);
    const older = this.#sessions.get(nodeId);
    const channel = nodes.get(nodeId);
    this.#sessions.set(nodeId, session);
    this.#ping(session);
    log.write({ level: 'info', source: 'node', type: 'node_connected', nodeId, status: 'connected' });

    if (older === undefined || channel === undefined) {
      this.#openChannel(nodeId, session);
      return;
    }
    if (isRestart(older, session)) {
      this.#openChannel(nodeId, session);
      channel.endAll('node_disconnected');
    } else {
      channel.moveTo(session);
      durable.nodeMoved(channel);
    }
    if (!isSameInstance(older, session)) subscriptions.nodeEnded(nodeId);
    if (isRestart(older, session)) durable.nodeEnded(nodeId);
    log.write({ level: 'warn', source: 'relay', type: 'node_replaced', nodeId, status: 'replaced' });
    older.close('node_replaced');
  }

  /** A node's session ended. A late close of one that was replaced changes nothing. */
  detach(session: Session): void {
    const nodeId = session.identity.nodeId ?? '';
    if (this.#sessions.get(nodeId) !== session) return;
    this.#sessions.delete(nodeId);
    const { durable, nodes, log, subscriptions, tabOwners } = this.#options;
    tabOwners.nodeLeft(nodeId);
    log.write({ level: 'warn', source: 'node', type: 'node_disconnected', nodeId, status: 'disconnected' });

    const channel = nodes.get(nodeId);
    if (channel === undefined) return;
    nodes.remove(channel);
    channel.endAll('node_disconnected');
    subscriptions.nodeEnded(nodeId);
    durable.nodeEnded(nodeId);
  }

  /** Of each connected node, by name. */
  signsOfLife(): Map<string, SignsOfLife> {
    const { clock } = this.#options;
    const signs = [...this.#sessions].map(([nodeId, { heartbeat, lastPongAt }]) => {
      const lastSeenAt = Math.round(clock.now() - (clock.ticks() - heartbeat.lastSeenAt));
      return [nodeId, { lastSeenAt, lastPongAt }] as const;
    });
    return new Map(signs);
  }

  /** What is known of each connected node, by name. */
  details(): NodeDetail[] {
    const details = [...this.#sessions].map(([nodeId, session]) => {
      const channel = this.#options.nodes.get(nodeId);
      return {
        nodeId,
        capabilities: [...session.capabilities],
        connectedAt: session.connectedAt,
        lastPongAt: session.lastPongAt,
        inFlight: channel?.inFlight ?? 0,
        queued: channel?.queued ?? 0,
      };
    });
    return details.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  }

  #openChannel(nodeId: string, session: Session): void {
    const { config, clock, locks, nodes, reportBug } = this.#options;
    const { tabQueueLimit, bufferedBytesMax } = config;
    const holderOf = (tabSessionId: string) => locks.holderOf(nodeId, tabSessionId);
    const bounds = { tabQueueLimit, bufferedBytesMax };
    nodes.add(new NodeChannel(nodeId, session, { clock, bounds, holderOf, reportBug }));
  }

  /** A node that hangs answers no ping; without one, its commands would hang with it. */
  #ping(session: Session): void {
    const { clock, config } = this.#options;
    session.pinging = clock.after(config.heartbeatIntervalMs / 2, () => {
      session.ping();
      this.#ping(session);
    });
  }
}

/** The node process itself was started anew: what the old one had in hand will never be answered. */
function isRestart(older: Session, newer: Session): boolean {
  if (older.instanceId === undefined || newer.instanceId === undefined) return false;
  return older.instanceId !== newer.instanceId;
}

/** Both connections say that they are of one process: only then does it know of its subscriptions. */
function isSameInstance(older: Session, newer: Session): boolean {
  return older.instanceId !== undefined && older.instanceId === newer.instanceId;
}

/** When a connected node last said anything, and when it last answered a ping, in epoch milliseconds. */
export interface SignsOfLife {
  readonly lastSeenAt: number;
  readonly lastPongAt: number;
}

/** A connected node, as those who may command it see it. Times are epoch milliseconds. */
export interface NodeDetail {
  readonly nodeId: string;
  readonly capabilities: string[];
  readonly connectedAt: number;
  readonly lastPongAt: number;
  readonly inFlight: number;
  readonly queued: number;
}

export interface NodeSessionsOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
  readonly locks: TabLocks;
  readonly subscriptions: Subscriptions;
  readonly durable: DurableCommands;
  readonly tabOwners: TabOwners;
  readonly reportBug: (error: unknown) => void;
}
