import type { LogEntry } from '@telepat/otto-protocol';
import type { JournalRecord } from '../../src/ports/command-journal.js';
import type { RelayRecords, RelayTables } from '../../src/relay.js';
import { demand } from '../invariants.js';
import type { DiskMode } from '../sim-journal.js';
import type { VirtualTime } from '../virtual-time.js';
import { Admission } from './admission.js';
import { Doors, type TokenFacts } from './doors.js';
import { Durables } from './durables.js';
import { Facts, type Frame, type Person, type Rules } from './facts.js';
import { Fates } from './fates.js';
import { Followers } from './followers.js';
import { FromControllers } from './from-controllers.js';
import { FromNodes } from './from-nodes.js';
import { FromPeers, type Malformed } from './from-peers.js';
import { Lanes } from './lanes.js';
import { Lapses } from './lapses.js';
import { Locks } from './locks.js';
import { Orphans } from './orphans.js';
import { OwnCommands } from './own-commands.js';
import { Quotas } from './quotas.js';
import { Replies } from './replies.js';
import { Rights } from './rights.js';
import { Sessions } from './sessions.js';
import { Shares } from './shares.js';
import { Submissions } from './submissions.js';
import { ModelSubscriptions } from './subscriptions.js';
import { TabRecords } from './tab-records.js';
import { ToPeers } from './to-peers.js';

/**
 * What PROTOCOL.md says must happen, beside what does. It is told everything that the world does to the relay just
 * before it is done, and every frame that the relay sends; what does not agree breaks an invariant.
 */
export class Model {
  readonly facts: Facts;
  readonly quotas: Quotas;
  readonly rights: Rights;
  readonly #rooms: ReturnType<typeof roomsOf>;

  constructor(time: VirtualTime, rules: Rules) {
    this.#rooms = roomsOf(new Facts(time, rules));
    this.facts = this.#rooms.facts;
    this.quotas = this.#rooms.quotas;
    this.rights = new Rights(this.#rooms);
  }

  /** A socket was opened. */
  opened(socket: string, role: Person['role']): void {
    this.#rooms.doors.open(socket, role, this.facts.now + this.facts.rules.authTimeoutMs);
  }

  /** A peer sends a frame; of an `auth`, `token` is what its token says. */
  sends(socket: string, frame: Frame, bytes: Uint8Array, token?: TokenFacts): void {
    this.#rooms.fromPeers.take(socket, { frame, bytes, token });
  }

  /** A peer sends text that is no frame; the relay must answer so. */
  sendsMalformed(socket: string, malformed: Malformed): void {
    this.#rooms.fromPeers.takeMalformed(socket, malformed);
  }

  /** The relay sends a frame. */
  sent(socket: string, sent: SentFrame): void {
    const { doors, fromPeers, toPeers } = this.#rooms;
    const door = doors.get(socket);
    const { bytes } = sent;
    demand(door !== undefined, 'none_after_close', () => `${socket} is closed and got ${sent.read().messageType}`);
    fromPeers.letIn({ socket, requestId: () => sent.read().requestId });
    const isVerdict = door.phase === 'verifying' && sent.read().requestId === door.auth?.requestId;
    if (isVerdict) return void doors.verdict(door, sent.read());
    const session = this.facts.sessions.get(socket);
    if (session?.phase === 'ending') return;
    if (bytes === undefined) toPeers.sent(socket, session, sent.read());
    else toPeers.passed(socket, session, { bytes, read: sent.read });
  }

  closedByRelay(socket: string, code: number): void {
    this.#rooms.doors.closedByRelay(socket, code);
  }

  /** The far end of a socket is gone. */
  hungUp(socket: string): void {
    this.#rooms.doors.close(socket);
    this.#rooms.lanes.advance();
  }

  /** A protocol-level ping was answered. */
  ponged(socket: string): void {
    const session = this.facts.sessions.get(socket);
    if (session !== undefined) session.lastSeenAt = this.facts.now;
  }

  clogged(socket: string): void {
    this.facts.clogged.add(socket);
  }

  drained(socket: string): void {
    this.facts.clogged.delete(socket);
    const session = this.facts.sessions.get(socket);
    if (session?.phase === 'open') this.#rooms.followers.drained(session);
  }

  /** A record of the journal is on disk. */
  written(record: JournalRecord): void {
    const ready = this.#rooms.durables.written(record);
    if (ready !== undefined) this.#rooms.submissions.written(ready);
  }

  /** A record of the journal is on its way to the disk. */
  offered(record: JournalRecord): void {
    this.#rooms.durables.offered(record);
  }

  diskBecame(mode: DiskMode): void {
    this.#rooms.durables.isDiskFull = mode === 'full';
  }

  /** The relay wrote a log entry. */
  logged(entry: LogEntry): void {
    this.#rooms.followers.written(entry);
    const { type, clientId, nodeId } = entry;
    if (nodeId === undefined || clientId === undefined) return;
    if (type === 'controller_acl_revoked') this.#rooms.lapses.noticed(clientId, nodeId);
    const tab = entry.data?.['tabSessionId'];
    if (type === 'lock_released' && typeof tab === 'string') this.#rooms.locks.lapsed(nodeId, tab);
  }

  /** The wall clock was moved. */
  jumped(): void {
    this.#rooms.lapses.look();
  }

  /** Time has come to this moment; what is due now is expected of the relay. */
  due(): void {
    const { durables, fates, lanes, lapses, locks, orphans, own, sessions, submissions } = this.#rooms;
    lapses.look();
    locks.due();
    fates.due();
    submissions.due();
    own.due((command) => durables.inquiryEnded(command, undefined));
    sessions.due();
    orphans.due();
    lanes.advance();
  }

  /** When, in ticks, the next thing is due. */
  nextDueAt(): number {
    const { facts, orphans, submissions } = this.#rooms;
    let next = Math.min(orphans.nextDueAt(), submissions.nextDueAt());
    for (const { expiresAt } of facts.locks.values()) next = Math.min(next, expiresAt);
    for (const { lastSeenAt } of facts.sessions.values())
      next = Math.min(next, lastSeenAt + facts.rules.heartbeatSilenceMs);
    for (const { deadlineAt, isSettled, stopAt } of facts.liveCommands()) {
      next = Math.min(next, isSettled ? Infinity : deadlineAt, stopAt ?? Infinity);
    }
    for (const { own } of facts.nodes.values()) {
      for (const { deadlineAt, stopAt } of own.values()) next = Math.min(next, stopAt ?? deadlineAt);
    }
    return next;
  }

  /** A day goes by: durable commands are on record no longer. */
  dayPasses(): void {
    this.facts.entries.clear();
  }

  stopping(): void {
    this.facts.isStopping = true;
    for (const node of this.facts.nodes.values()) this.#rooms.fates.loseAll(node, 'relay_shutting_down');
    this.#rooms.durables.failUncarried(() => true, 'relay_shutting_down');
  }

  /** The relay is no more: whatever it knew is gone but for what is on disk, and every socket with it. */
  restart(records: readonly JournalRecord[]): void {
    const { doors, durables, facts, lapses, orphans, quotas } = this.#rooms;
    durables.restart(records);
    for (const session of facts.sessions.values()) session.phase = 'closed';
    for (const table of [facts.sessions, facts.nodes, facts.locks, facts.clogged]) table.clear();
    facts.isStopping = false;
    doors.forget();
    lapses.forget();
    orphans.forget();
    quotas.forget();
  }

  /** Everything that had to happen by now has happened. */
  demandAll(): void {
    const { doors, fromPeers, lanes, lapses, replies, shares, submissions } = this.#rooms;
    fromPeers.letIn();
    lanes.advance();
    replies.demandPaid();
    submissions.demandServed();
    doors.demandSettled();
    lapses.look();
    lapses.demandNoticed();
    lanes.demandNobodyWaits();
    shares.demandWithin();
  }

  /** How much the relay should hold. */
  tables(): ModelTables {
    const { facts, orphans } = this.#rooms;
    let commands = 0;
    let lanes = 0;
    for (const node of facts.nodes.values()) {
      commands += node.commands.size + node.own.size;
      for (const { running, waiting } of node.lanes.values())
        if (running !== undefined || waiting.length > 0) lanes += 1;
    }
    return {
      sessions: facts.sessions.size,
      nodes: facts.nodes.size,
      commands,
      lanes,
      locks: facts.locks.size,
      listeners: [...facts.listeners()].length,
      streams: [...facts.streams()].length,
      durable: [...facts.entries.values()].filter(({ submissions }) => submissions.size > 0).length,
      orphans: orphans.size,
    };
  }

  /** How much should be on record. */
  records(): RelayRecords {
    return { durable: this.facts.entries.size, tabOwners: this.#rooms.records.size };
  }
}

function roomsOf(facts: Facts) {
  const replies = new Replies();
  const quotas = new Quotas(facts);
  const shares = new Shares(facts);
  const own = new OwnCommands(facts, replies);
  const records = new TabRecords(facts, own);
  const orphans = new Orphans(facts, own, records);
  const subscriptions = new ModelSubscriptions({ facts, replies, own, shares });
  const lanes = new Lanes(facts, (command) => orphans.workEnded(command));
  const locks = new Locks({ facts, replies, quotas, lanes, shares });
  const durables = new Durables({ facts, lanes, orphans, own, records, replies });
  const fates = new Fates({ facts, replies, lanes, durables, records, subscriptions });
  const submissions = new Submissions({
    ...{ facts, lanes, durables, replies, subscriptions },
    stop: (carrier) => fates.stop(carrier),
  });
  const admission = new Admission({ facts, quotas, lanes, durables, shares });
  const sessions = new Sessions({ facts, replies, durables, fates, locks, orphans, records, subscriptions });
  const followers = new Followers(facts, replies, subscriptions);
  const doors = new Doors({ facts, quotas, replies, sessions });
  const lapses = new Lapses({ facts, fates, locks });
  const fromControllers = new FromControllers({
    facts,
    replies,
    quotas,
    admission,
    lanes,
    durables,
    fates,
    followers,
    submissions,
    subscriptions,
  });
  const fromNodes = new FromNodes({ facts, replies, quotas, durables, fates, orphans, records, subscriptions });
  const fromPeers = new FromPeers({
    facts,
    replies,
    quotas,
    doors,
    lanes,
    locks,
    sessions,
    fromControllers,
    fromNodes,
  });
  const toPeers = new ToPeers({ facts, replies, lanes, fates, own, durables, submissions });
  return {
    ...{ facts, replies, quotas, own, orphans, subscriptions, lanes, locks, fates, sessions, followers, doors, lapses },
    ...{ fromPeers, toPeers, durables, records, shares, submissions },
  };
}

/** A frame on its way to a peer: bytes when they are somebody else's, and parsed when that is needed. */
export interface SentFrame {
  readonly bytes?: Uint8Array;
  readonly read: () => Frame;
}

/** Sizes of tables, named as the relay names its own. */
type ModelTables = Omit<RelayTables, 'connections' | 'ledgers' | 'nonces'>;
