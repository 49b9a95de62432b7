import type { JournalRecord } from '../../src/ports/command-journal.js';
import type { VirtualTime } from '../virtual-time.js';

/** A frame as the far end of a socket sees it. */
export interface Frame {
  readonly protocolVersion?: string;
  readonly messageType: string;
  readonly requestId: string;
  readonly senderRole: string;
  readonly timestamp?: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Somebody who has a token: a registered client, a controller bound to one node, or a node. */
export interface Person {
  readonly name: string;
  readonly role: 'controller' | 'node';
  readonly clientId?: string;
  /** Of a node its id, of a controller without a client the node that it is bound to. */
  readonly nodeId?: string;
  readonly scopes: readonly string[];
}

export interface ModelSession {
  readonly socket: string;
  readonly person: Person;
  /** Under which quotas, nonces and ownership are kept. */
  readonly identity: string;
  readonly controllerId: string | undefined;
  readonly instance: string | undefined;
  /** The refresh family of its token. */
  readonly family: string | undefined;
  /** `ending`: the relay is about to close it, and may or may not send a last word. */
  phase: 'open' | 'ending' | 'closed';
  lastSeenAt: number;
  /** A controller's commands that have no terminal frame yet. */
  readonly commands: Map<string, ModelCommand>;
  readonly listeners: Map<string, ModelListener>;
  readonly streams: Map<string, ModelStream>;
  /** Its durable commands that have no terminal frame yet. */
  readonly submissions: Map<string, ModelSubmission>;
  follows: ModelFollow | undefined;
  /** Former subscriptions to the log that missed something. */
  readonly formerlyMissed: ModelFollow[];
  keepTabsMs: number | undefined;
}

/** A subscription to the log. */
export interface ModelFollow {
  readonly requestId: string;
  readonly source: string;
  dropped: number;
}

/** A command that was accepted, until its node is done with it. */
export interface ModelCommand {
  readonly id: string;
  readonly session: ModelSession;
  readonly nodeId: string;
  readonly action: string;
  /** The tab in whose queue it takes its turn. */
  readonly lane: string | undefined;
  readonly tab: string | undefined;
  /** The listener that it subscribes to, or the subscription that it ends. */
  readonly subject: string | undefined;
  /** Of a subscribe: the stream that it joins. */
  stream: ModelStream | undefined;
  /** A repeat is safe, whatever became of the first try. */
  readonly isRepeatable: boolean;
  readonly waits: boolean;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly frame: Frame;
  /** Of a durable command, carried for all who submit it. */
  readonly key: string | undefined;
  /** What is on record of its key; set when it is accepted. */
  entry: ModelEntry | undefined;
  /** Since when it is its turn: a durable one still waits for the disk. */
  turnAt: number | undefined;
  /** Of a durable one: the disk has taken it since then. */
  isWritten: boolean;
  /** Its controller was told that it left for the node. */
  isRouted: boolean;
  /** The frame reached the node. */
  isAtNode: boolean;
  isSettled: boolean;
  /** Its terminal frame is owed. */
  isEnding: boolean;
  /** Its owner asked to stop it while it ran. */
  isCancelled: boolean;
  /** When its tab is free whatever the node says: set once the node was told to stop. */
  stopAt: number | undefined;
}

/** What is known of one key of one identity at one node. */
export interface ModelEntry {
  readonly identity: string;
  readonly nodeId: string;
  readonly key: string;
  /** What was asked under it. */
  readonly deed: string;
  /** Under which id the node knows the command. */
  readonly carrierId: string;
  /** The process of the node that it was sent to, where that said which it is. */
  instance: string | undefined;
  /** The ids under which its node is being asked about it: no other answer counts. */
  readonly inquiries: Set<string>;
  /** That very process is sure that it never came. */
  hasNeverArrived: boolean;
  phase: 'carried' | 'unknown' | 'asking' | 'adopted' | 'recording' | 'done';
  /** The command in its lane, while it is carried. */
  carrier: ModelCommand | undefined;
  readonly submissions: Set<ModelSubmission>;
  /** How its node ended it, and when that arrived. */
  outcome: { readonly messageType: string; readonly payload: unknown; readonly at: number } | undefined;
  /** Why all who wait for it get an error: set when that is decided, for one step. */
  failure: string | undefined;
  /** When its node is told to stop unless somebody comes back for it. */
  graceAt: number | undefined;
  /** The stream that its outcome has opened. */
  stream: ModelStream | undefined;
}

/** One request for a durable command. */
export interface ModelSubmission {
  readonly id: string;
  readonly session: ModelSession;
  readonly entry: ModelEntry;
  readonly deadlineAt: number;
  isRouted: boolean;
  isCancelled: boolean;
}

/** A command of the relay's own, at a node. */
export interface OwnCommand {
  readonly id: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sentAt: number;
  readonly deadlineAt: number;
  stopAt: number | undefined;
}

export interface ModelListener {
  readonly id: string;
  readonly nodeId: string;
  readonly session: ModelSession;
  readonly stream: ModelStream | undefined;
  /** In ticks. */
  readonly since: number;
  dropped: number;
}

export interface ModelStream {
  readonly id: string;
  readonly nodeId: string;
  readonly tab: string | undefined;
  readonly session: ModelSession;
  readonly declared: readonly string[];
}

export interface ModelNode {
  readonly nodeId: string;
  session: ModelSession;
  /** Everything that it was sent or that waits for it, by id. */
  readonly commands: Map<string, ModelCommand>;
  readonly own: Map<string, OwnCommand>;
  /** Those whose time to stop ran out, and that would leave something behind if they were answered after all. */
  readonly drained: Map<string, ModelCommand>;
  readonly lanes: Map<string, ModelLane>;
}

export interface ModelLane {
  running: ModelCommand | undefined;
  /** In order of arrival. */
  waiting: ModelCommand[];
}

export interface ModelLock {
  readonly nodeId: string;
  readonly tab: string;
  readonly session: ModelSession;
  readonly requestId: string;
  readonly expiresAt: number;
}

/** The parts of the configuration that decide what is right. */
export interface Rules {
  readonly authTimeoutMs: number;
  readonly heartbeatSilenceMs: number;
  readonly rateLimitPerMin: number;
  readonly replayWindowMs: number;
  readonly tabQueueLimit: number;
  readonly controllerQueueLimit: number;
  readonly orphanGraceMs: number;
}

/** Everything that the model knows, as the rooms of the model share it. */
export class Facts {
  readonly time: VirtualTime;
  readonly rules: Rules;
  /** By socket; those that are over are forgotten. */
  readonly sessions = new Map<string, ModelSession>();
  /** Connected nodes. */
  readonly nodes = new Map<string, ModelNode>();
  readonly locks = new Map<string, ModelLock>();
  readonly removedClients = new Set<string>();
  readonly endedFamilies = new Set<string>();
  /** `client node` → epoch milliseconds at which it expires. */
  readonly grants = new Map<string, number>();
  /** Peers over the write limit. */
  readonly clogged = new Set<string>();
  /** Durable commands on record, by identity, node and key. */
  readonly entries = new Map<string, ModelEntry>();
  /** Routings that the disk has not answered for, by node and id. */
  readonly offered = new Map<string, JournalRecord & { readonly kind: 'routing' }>();
  isStopping = false;

  constructor(time: VirtualTime, rules: Rules) {
    this.time = time;
    this.rules = rules;
  }

  get now(): number {
    return this.time.ticks;
  }

  /** Whether a controller may command a node at this moment. */
  allows(session: ModelSession, nodeId: string): boolean {
    const { clientId, nodeId: boundTo } = session.person;
    if (clientId === undefined) return boundTo === nodeId;
    return this.time.wall < (this.grants.get(`${clientId} ${nodeId}`) ?? -Infinity);
  }

  isRemoved(session: ModelSession): boolean {
    const { clientId } = session.person;
    return clientId !== undefined && this.removedClients.has(clientId);
  }

  isRevoked(session: ModelSession): boolean {
    return this.isRemoved(session) || (session.family !== undefined && this.endedFamilies.has(session.family));
  }

  /** The session that holds a tab; a lease past its time does not exist. */
  holderOf(nodeId: string, tab: string): ModelSession | undefined {
    const lock = this.locks.get(lockKey(nodeId, tab));
    return lock !== undefined && lock.expiresAt > this.now ? lock.session : undefined;
  }

  /** The open sessions of an identity. */
  sessionsOf(identity: string): ModelSession[] {
    return [...this.sessions.values()].filter(
      (session) => session.phase === 'open' && session.person.role === 'controller' && session.identity === identity,
    );
  }

  /** Every command that some node is not done with. */
  *liveCommands(): Generator<ModelCommand> {
    for (const node of this.nodes.values()) yield* node.commands.values();
  }

  *listeners(): Generator<ModelListener> {
    for (const session of this.sessions.values()) yield* session.listeners.values();
  }

  *streams(): Generator<ModelStream> {
    for (const session of this.sessions.values()) yield* session.streams.values();
  }
}

export function lockKey(nodeId: string, tab: string): string {
  return `${nodeId} ${tab}`;
}

/** Under what an identity's quotas and ownership are kept. */
export function identityOf(person: Person, controllerId: string | undefined): string {
  if (person.role === 'node') return person.nodeId ?? '';
  return person.clientId ?? controllerId ?? '';
}

/** Whether somebody still waits for a command: for a durable one that may be another session than the one that sent it. */
export function isHeard({ entry, session }: ModelCommand): boolean {
  return entry === undefined ? session.phase === 'open' : entry.submissions.size > 0;
}
