import type { StatusReply } from '@telepat/otto-protocol/http';
import { STATUS_ROWS_MAX } from '@telepat/otto-protocol/limits';
import { identityKey } from '../access/identity.js';
import type { DurableEntry } from '../durable/durable-entry.js';
import type { Lane } from '../node/lane.js';
import type { PendingCommand } from '../node/pending-command.js';
import type { TabLock } from '../node/tab-locks.js';
import type { TabOwner } from '../ports/storage.js';
import type { RelayRooms } from '../relay-rooms.js';
import { ControllerCommands } from '../session/controller-commands.js';
import type { NodeDetail } from '../session/node-sessions.js';
import type { Session } from '../session/session.js';
import { bestOf } from './best-of.js';

/**
 * Who holds what in a running relay, for its owner: one look at everything, changing nothing. Each list is cut to
 * `STATUS_ROWS_MAX` rows, those that matter most, and counted whole, so that the answer stays small whatever happens.
 */
export function relayStatus(
  rooms: StatusRooms,
  sessions: readonly Session[],
  nodes: readonly NodeDetail[],
): RelayStatus {
  const show = new StatusRows(rooms);
  const kept = {
    sessions: bestOf(sessions, STATUS_ROWS_MAX, (a, b) => b.connectedAt - a.connectedAt),
    nodes: bestOf(nodes, STATUS_ROWS_MAX, (a, b) => b.inFlight + b.queued - a.inFlight - a.queued),
    tabs: bestOf(rooms.tabOwners.all(), STATUS_ROWS_MAX, (a, b) => b.since - a.since),
    locks: bestOf(rooms.locks.all(), STATUS_ROWS_MAX, (a, b) => a.expiresAt - b.expiresAt),
    queues: bestOf(queuesOf(rooms), STATUS_ROWS_MAX, (a, b) => b.lane.depth - a.lane.depth),
    durableCommands: bestOf(rooms.durable.open(), STATUS_ROWS_MAX, (a, b) => a.at - b.at),
  };
  return {
    now: rooms.clock.now(),
    sessions: kept.sessions.rows.map((session) => show.session(session)),
    nodes: [...kept.nodes.rows],
    tabs: kept.tabs.rows.map((owner) => show.tab(owner)),
    locks: kept.locks.rows.map((lock) => show.lock(lock)),
    queues: kept.queues.rows.map((queue) => show.queue(queue)),
    durableCommands: kept.durableCommands.rows.map((entry) => show.durable(entry)),
    counts: {
      sessions: kept.sessions.count,
      nodes: kept.nodes.count,
      tabs: kept.tabs.count,
      locks: kept.locks.count,
      queues: kept.queues.count,
      durableCommands: kept.durableCommands.count,
    },
  };
}

function* queuesOf({ nodes }: StatusRooms): Generator<Queue> {
  for (const channel of nodes.all()) {
    for (const lane of channel.lanes()) yield { nodeId: channel.nodeId, lane };
  }
}

/** How each thing is shown. */
class StatusRows {
  readonly #rooms: StatusRooms;

  constructor(rooms: StatusRooms) {
    this.#rooms = rooms;
  }

  session({ identity, connectedAt, heartbeat }: Session): Row<'sessions'> {
    const { clock } = this.#rooms;
    const { role, nodeId, clientId, controllerId } = identity;
    return {
      role,
      ...this.#who(identityKey(identity)),
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(controllerId === undefined ? {} : { controllerId }),
      connectedAt,
      lastFrameAt: Math.round(clock.now() - (clock.ticks() - heartbeat.lastSeenAt)),
    };
  }

  tab({ controllerClientId, nodeId, since }: TabOwner): Row<'tabs'> {
    return { owner: this.#who(controllerClientId), nodeId, since };
  }

  lock({ nodeId, tabSessionId, holder, expiresAt }: TabLock): Row<'locks'> {
    return { nodeId, tabSessionId, holder: this.#ownerOf(holder) ?? { identity: '' }, expiresAt };
  }

  queue({ nodeId, lane }: Queue): Row<'queues'> {
    const { head, running } = lane;
    return {
      nodeId,
      tabSessionId: lane.key,
      depth: lane.depth,
      ...(head === undefined ? {} : { head: this.#command(head) }),
      ...(running === undefined ? {} : { running: this.#command(running) }),
    };
  }

  durable({ requestId, nodeId, identity, at, state, submissions }: DurableEntry): Row<'durableCommands'> {
    const { phase } = state;
    // Those whose outcome is on record are not among the open ones.
    if (phase === 'done') throw new Error('A durable command that is done is not open.');
    return { requestId, nodeId, owner: this.#who(identity), phase, acceptedAt: at, waiting: submissions.size };
  }

  #command({ requestId, order, owner, acceptedAt }: PendingCommand): NonNullable<Row<'queues'>['head']> {
    const [holder] = owner.holders;
    const who = holder === undefined ? undefined : this.#ownerOf(holder);
    const ageMs = Math.round(this.#rooms.clock.ticks() - acceptedAt);
    return { requestId, action: order.action, ...(who === undefined ? {} : { owner: who }), ageMs };
  }

  #ownerOf(holder: object): Who | undefined {
    return holder instanceof ControllerCommands ? this.#who(identityKey(holder.session.identity)) : undefined;
  }

  #who(identity: string): Who {
    const name = this.#rooms.access.clients.nameOf(identity);
    return name === undefined ? { identity } : { identity, name };
  }
}

/** What the core can say of itself; version, process and warnings are its host's to tell. */
export type RelayStatus = Omit<StatusReply, 'version' | 'pid' | 'port' | 'uptimeMs' | 'warnings'>;

type Row<List extends 'sessions' | 'tabs' | 'locks' | 'queues' | 'durableCommands'> = RelayStatus[List][number];

type Who = RelayStatus['locks'][number]['holder'];

type StatusRooms = Pick<RelayRooms, 'access' | 'clock' | 'durable' | 'locks' | 'nodes' | 'tabOwners'>;

interface Queue {
  readonly nodeId: string;
  readonly lane: Lane;
}
