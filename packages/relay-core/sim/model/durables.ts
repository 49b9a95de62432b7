import { isObject } from '@telepat/otto-protocol';
import type { JournalRecord } from '../../src/ports/command-journal.js';
import { demand } from '../invariants.js';
import type { Facts, Frame, ModelCommand, ModelEntry, ModelSession, ModelSubmission, OwnCommand } from './facts.js';
import type { Lanes } from './lanes.js';
import type { Orphans } from './orphans.js';
import type { OwnCommands } from './own-commands.js';
import type { Replies } from './replies.js';
import type { TabRecords } from './tab-records.js';

/** Durable commands: what is on record of each key, who waits for it, and how often it was sent. */
export class Durables {
  readonly #facts: Facts;
  readonly #lanes: Lanes;
  readonly #own: OwnCommands;
  readonly #orphans: Orphans;
  readonly #records: TabRecords;
  readonly #replies: Replies;
  /** By identity and id: what an ended session was the last to wait for. */
  readonly #left = new Map<string, ModelEntry>();
  /** By identity, node and key, over all relays: how often it left. */
  readonly #sent = new Map<string, number>();
  /** What is on disk that a command is about to leave, by its key and id. */
  readonly #routings = new Set<string>();
  /** The disk takes nothing. */
  isDiskFull = false;

  constructor(rooms: DurableRooms) {
    this.#facts = rooms.facts;
    this.#lanes = rooms.lanes;
    this.#own = rooms.own;
    this.#orphans = rooms.orphans;
    this.#records = rooms.records;
    this.#replies = rooms.replies;
  }

  /** Whether a command has its turn and stands on disk: nothing keeps it any more. */
  isReady(entry: ModelEntry, carrier: ModelCommand): boolean {
    const isWaiting = carrier.turnAt !== undefined && !carrier.isRouted && !carrier.isSettled;
    return isWaiting && carrier.isWritten && this.#isOnDisk(entry);
  }

  find(identity: string, nodeId: string, key: string): ModelEntry | undefined {
    return this.#facts.entries.get(entryKey({ identity, nodeId, key }));
  }

  /** Whether a node may still answer something by this id, or somebody waits for something of it under that. */
  isTaken(nodeId: string, id: string): boolean {
    for (const entry of this.#facts.entries.values()) {
      if (entry.nodeId !== nodeId) continue;
      const isOver = entry.phase === 'done' || entry.phase === 'recording';
      if (entry.carrierId === id && !isOver) return true;
      for (const submission of entry.submissions) if (submission.id === id) return true;
    }
    return this.#facts.offered.has(`${nodeId} ${id}`);
  }

  /** A key that nothing is on record of: the command takes its place in its lane. */
  carry(command: ModelCommand): ModelCommand {
    const { id, nodeId, key = '', session } = command;
    // Each submission keeps its own time; what is carried ends when the last of them does.
    const carrier: ModelCommand = { ...command, deadlineAt: Infinity };
    const entry: ModelEntry = {
      ...{ identity: session.identity, nodeId, key, deed: deedOf(command), carrierId: id, phase: 'carried', carrier },
      ...{ instance: undefined, inquiries: new Set<string>(), hasNeverArrived: false },
      ...{ submissions: new Set(), outcome: undefined, failure: undefined, graceAt: undefined, stream: undefined },
    };
    carrier.entry = entry;
    this.#facts.entries.set(entryKey(entry), entry);
    this.#admit(entry, command);
    return carrier;
  }

  /** Somebody submits a key that is on record: the outcome of the one command is its own, too. */
  attach(entry: ModelEntry, command: ModelCommand): void {
    this.#admit(entry, command);
    this.#oweStanding(entry, command);
    if (entry.phase === 'unknown') this.#ask(entry);
  }

  /** A node goes on over a newer connection: what was on its way over the older one may have died with that. */
  nodeMoved(nodeId: string): void {
    for (const entry of this.#facts.entries.values()) {
      if (entry.nodeId !== nodeId) continue;
      if (entry.phase === 'asking') this.#ask(entry);
      else if (entry.carrier?.isAtNode === true) this.#own.oweInquiry(entry);
    }
  }

  /** The command leaves for its node. */
  leave(entry: ModelEntry): void {
    const key = entryKey(entry);
    entry.instance = this.#facts.nodes.get(entry.nodeId)?.session.instance;
    const count = (this.#sent.get(key) ?? 0) + 1;
    this.#sent.set(key, count);
    demand(count === 1, 'executed_once', () => `${key} was sent ${count} times`);
    demand(this.#isOnDisk(entry), 'on_disk_first', () => `${key} was sent before that was on disk`);
  }

  /** Its node has ended it; from now on only the disk is waited for. */
  answered(entry: ModelEntry, frame: Frame): void {
    const { messageType, payload } = frame;
    entry.carrier = undefined;
    entry.graceAt = undefined;
    if (entry.phase === 'done' || entry.phase === 'recording') return;
    entry.phase = 'recording';
    entry.outcome = { messageType, payload, at: this.#facts.now };
    this.#records.ended({ ...entry, action: actionOf(entry) }, frame);
  }

  /** A node's terminal frame for something that is in no lane. */
  answeredLate(nodeId: string, frame: Frame): ModelEntry | undefined {
    for (const entry of this.#facts.entries.values()) {
      const isIt = entry.nodeId === nodeId && entry.carrierId === frame.requestId;
      if (!isIt || !['unknown', 'asking', 'adopted'].includes(entry.phase)) continue;
      this.answered(entry, frame);
      return entry;
    }
    return undefined;
  }

  /** A node says what became of a command, or nothing within its time. */
  inquiryEnded({ id }: OwnCommand, frame: Frame | undefined): void {
    for (const entry of this.#facts.entries.values()) {
      if (!entry.inquiries.delete(id)) continue;
      const data = frame?.messageType === 'result' && isObject(frame.payload['data']) ? frame.payload['data'] : {};
      if (entry.phase === 'asking') this.#askedEnded(entry, data);
      else if (entry.phase === 'carried' && entry.carrier !== undefined) this.#sentEnded(entry, entry.carrier, data);
    }
  }

  /** All who wait get an error; what was not sent has never been. */
  fail(entry: ModelEntry, code: string): void {
    entry.failure = code;
    const wasSent = entry.phase !== 'carried' || entry.carrier?.isAtNode === true;
    entry.carrier = undefined;
    entry.graceAt = undefined;
    if (entry.phase === 'recording' || entry.phase === 'done') return;
    if (wasSent && !entry.hasNeverArrived) entry.phase = 'unknown';
    else this.#facts.entries.delete(entryKey(entry));
  }

  /** What is in no lane ends for those whose right to it has ended. */
  rightEnded(isOf: (entry: ModelEntry) => boolean, code: string): void {
    for (const entry of this.#facts.entries.values()) {
      if ((entry.phase !== 'asking' && entry.phase !== 'adopted') || !isOf(entry)) continue;
      entry.failure = code;
      entry.graceAt = undefined;
      if (entry.submissions.size === 0) this.stopAdopted(entry);
    }
  }

  /** Nobody is left who waits for what the node had before this relay started. */
  stopAdopted(entry: ModelEntry): void {
    if (entry.phase !== 'adopted') return;
    entry.phase = 'unknown';
    entry.graceAt = undefined;
    this.#own.oweStopOf(entry, actionOf(entry));
  }

  /** The relay stops it because the right to it has lapsed, although nobody waits for it. */
  stoppedByLapse(nodeId: string, id: string): boolean {
    for (const entry of this.#facts.entries.values()) {
      const isIt = entry.nodeId === nodeId && entry.carrierId === id && entry.phase === 'adopted';
      if (!isIt || entry.submissions.size > 0) continue;
      if (this.#facts.time.wall < (this.#facts.grants.get(`${entry.identity} ${nodeId}`) ?? -Infinity)) continue;
      entry.phase = 'unknown';
      entry.graceAt = undefined;
      return true;
    }
    return false;
  }

  /** Whether a node that has a durable command may be told that so much time is left: as much as the last who waits has. */
  mayPutOff(nodeId: string, { requestId, payload }: Frame): boolean {
    if (payload['type'] !== 'command_deadline' || payload['targetRequestId'] !== requestId) return false;
    for (const entry of this.#facts.entries.values()) {
      if (entry.nodeId !== nodeId || entry.carrierId !== requestId) continue;
      if (entry.phase !== 'adopted' && entry.carrier?.isAtNode !== true) continue;
      const latest = Math.max(...[...entry.submissions].map(({ deadlineAt }) => deadlineAt));
      return payload['timeoutMs'] === latest - this.#facts.now;
    }
    return false;
  }

  /** What an ended session of an identity was the last to wait for under an id, while it may be asked for again. */
  leftBehind(identity: string, id: string): ModelEntry | undefined {
    const entry = this.#left.get(`${identity} ${id}`);
    return entry?.graceAt === undefined ? undefined : entry;
  }

  /** Somebody waits no more. */
  remove({ entry, id, session }: ModelSubmission): void {
    for (const each of entry.submissions)
      if (each.id === id && each.session === session) entry.submissions.delete(each);
    session.submissions.delete(id);
    const isStillThere = [...entry.submissions].some((each) => each.session === session);
    if (entry.carrier !== undefined && !isStillThere) this.#lanes.left(entry.carrier, session);
  }

  /** What is in no lane ends with its node, or with the relay. */
  failUncarried(isOf: (entry: ModelEntry) => boolean, code: string): void {
    for (const entry of this.#facts.entries.values()) {
      if ((entry.phase === 'asking' || entry.phase === 'adopted') && isOf(entry)) this.fail(entry, code);
    }
  }

  /** A session is gone: what it alone waited for and did not leave yet never will. */
  sessionEnded(session: ModelSession, drop: (carrier: ModelCommand) => void): void {
    for (const submission of [...session.submissions.values()]) {
      const { entry, id } = submission;
      const { carrier, phase } = entry;
      this.remove(submission);
      if (entry.submissions.size > 0 || carrier?.isSettled === true) continue;
      if (carrier?.isRouted === false) {
        this.fail(entry, 'dropped');
        drop(carrier);
      } else if (carrier !== undefined || phase === 'asking' || phase === 'adopted') {
        entry.graceAt = this.#facts.now + this.#facts.rules.orphanGraceMs;
        this.#left.set(`${entry.identity} ${id}`, entry);
      }
    }
  }

  /** A record is on its way to the disk: another one of its id would be mistaken for it. */
  offered(record: JournalRecord): void {
    if (record.kind === 'routing') this.#facts.offered.set(`${record.nodeId} ${record.requestId}`, record);
  }

  /** A record is on disk. Gives back the command that it lets go. */
  written(record: JournalRecord): ModelCommand | undefined {
    const entry = this.find(record.identity, record.nodeId, record.key);
    if (record.kind === 'routing') {
      this.#routings.add(`${entryKey(record)} ${record.requestId}`);
      this.#facts.offered.delete(`${record.nodeId} ${record.requestId}`);
      const carrier = entry?.carrierId === record.requestId ? entry.carrier : undefined;
      return carrier?.turnAt === undefined || carrier.isRouted ? undefined : carrier;
    }
    if (record.kind === 'outcome' && entry?.phase === 'recording') entry.phase = 'done';
    return undefined;
  }

  /** A relay that starts knows what is on disk. */
  restart(records: readonly JournalRecord[]): void {
    this.#facts.entries.clear();
    this.#facts.offered.clear();
    this.#left.clear();
    for (const record of records) {
      const known = this.#facts.entries.get(entryKey(record));
      if (record.kind === 'routing') this.#facts.entries.set(entryKey(record), entryOf(record));
      else if (known?.carrierId !== record.requestId) continue;
      else if (record.kind === 'closed') this.#facts.entries.delete(entryKey(record));
      else {
        known.phase = 'done';
        known.outcome = { ...record.outcome, at: this.#facts.now };
      }
    }
  }

  #ask(entry: ModelEntry): void {
    entry.phase = 'asking';
    entry.inquiries.clear();
    this.#own.oweInquiry(entry);
  }

  #askedEnded(entry: ModelEntry, data: Told): void {
    const told = outcomeIn(data);
    if (told !== undefined) {
      this.answered(entry, told);
      this.#orphans.openedLate({ ...entry, action: actionOf(entry) }, told);
    } else if (data['status'] === 'running') {
      entry.phase = 'adopted';
      if (entry.submissions.size === 0 && entry.graceAt === undefined) this.stopAdopted(entry);
    } else if (this.#isNeverReceived(entry, data)) this.#neverArrived(entry);
    else this.fail(entry, 'outcome_unknown');
  }

  /** Of one in its lane the node is asked when that has moved to another connection: what else it says changes nothing. */
  #sentEnded(entry: ModelEntry, carrier: ModelCommand, data: Told): void {
    const told = outcomeIn(data);
    if (told !== undefined) this.answered(entry, told);
    else if (this.#isNeverReceived(entry, data)) this.#neverArrived(entry);
    else return;
    carrier.isSettled = true;
    this.#lanes.release(carrier);
  }

  #neverArrived(entry: ModelEntry): void {
    entry.hasNeverArrived = true;
    this.#sent.delete(entryKey(entry));
    this.fail(entry, 'node_disconnected');
  }

  #isNeverReceived(entry: ModelEntry, { status, neverReceived }: Told): boolean {
    return status === 'unknown' && neverReceived === true && this.#isWith(entry);
  }

  /** The node is the process that it was sent to. */
  #isWith({ instance, nodeId }: ModelEntry): boolean {
    return instance !== undefined && this.#facts.nodes.get(nodeId)?.session.instance === instance;
  }

  #isOnDisk(entry: ModelEntry): boolean {
    return this.#routings.has(`${entryKey(entry)} ${entry.carrierId}`);
  }

  #admit(entry: ModelEntry, { id, session, deadlineAt }: ModelCommand): void {
    const submission: ModelSubmission = { id, session, entry, deadlineAt, isRouted: false, isCancelled: false };
    entry.submissions.add(submission);
    entry.graceAt = undefined;
    session.submissions.set(id, submission);
    if (entry.carrier !== undefined) this.#lanes.joined(entry.carrier, session);
  }

  /** Who joins what waits hears how much waits there; who joins what has left hears of that by the end of the step. */
  #oweStanding({ carrier }: ModelEntry, { id, session }: ModelCommand): void {
    if (carrier?.lane === undefined || carrier.turnAt !== undefined) return;
    const { lane: tabSessionId, nodeId: targetNodeId } = carrier;
    const queueDepth = this.#facts.nodes.get(targetNodeId)?.lanes.get(tabSessionId)?.waiting.length;
    this.#replies.oweEvent(session.socket, id, { type: 'queued', targetNodeId, tabSessionId, queueDepth });
  }
}

/** The outcome that a node gives in answer to an inquiry. */
function outcomeIn({ outcome, status }: Told): Frame | undefined {
  if (status !== 'done' || !isObject(outcome) || !isObject(outcome['payload'])) return undefined;
  const { messageType, payload } = outcome;
  return { messageType: String(messageType), requestId: '', senderRole: 'node', payload };
}

/** What an entry was asked to do. */
export function actionOf({ deed }: ModelEntry): string {
  return String(JSON.parse(deed)[0]);
}

/** What a keyed command asks for: another one under the same key is a mistake. */
export function deedOf({ action, tab, frame }: ModelCommand): string {
  return JSON.stringify([action, tab ?? null, frame.payload['payload'] ?? {}]);
}

function entryKey({ identity, nodeId, key }: { identity: string; nodeId: string; key: string }): string {
  return `${identity} ${nodeId} ${key}`;
}

function entryOf(record: JournalRecord & { kind: 'routing' }): ModelEntry {
  const { identity, nodeId, key, requestId: carrierId } = record;
  const deed = record.hash.slice('digest:'.length); // Digests of a simulated world only prepend.
  return {
    ...{ identity, nodeId, key, deed, carrierId, phase: 'unknown', carrier: undefined },
    ...{ instance: record.instanceId, inquiries: new Set<string>(), hasNeverArrived: false },
    ...{ submissions: new Set(), outcome: undefined, failure: undefined, graceAt: undefined, stream: undefined },
  };
}

type Told = Readonly<Record<string, unknown>>;

export interface DurableRooms {
  readonly facts: Facts;
  readonly lanes: Lanes;
  readonly own: OwnCommands;
  readonly orphans: Orphans;
  readonly records: TabRecords;
  readonly replies: Replies;
}
