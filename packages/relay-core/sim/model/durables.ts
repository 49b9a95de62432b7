import { isObject } from '@telepat/otto-protocol';
import type { JournalRecord } from '../../src/ports/command-journal.js';
import { demand } from '../invariants.js';
import type { Facts, Frame, ModelCommand, ModelEntry, ModelSession, ModelSubmission, OwnCommand } from './facts.js';
import type { OwnCommands } from './own-commands.js';

/** Durable commands: what is on record of each key, who waits for it, and how often it was sent. */
export class Durables {
  readonly #facts: Facts;
  readonly #own: OwnCommands;
  /** By identity, node and key, over all relays: how often it left. */
  readonly #sent = new Map<string, number>();
  /** What is on disk that a command is about to leave, by its key and id. */
  readonly #routings = new Set<string>();
  /** Records that the disk has not answered for, by node and id. */
  readonly #offered = new Set<string>();
  /** The disk takes nothing. */
  isDiskFull = false;

  constructor(facts: Facts, own: OwnCommands) {
    this.#facts = facts;
    this.#own = own;
  }

  /** Whether a command has its turn and stands on disk: nothing keeps it any more. */
  isReady(entry: ModelEntry, carrier: ModelCommand): boolean {
    const isWaiting = carrier.turnAt !== undefined && !carrier.isRouted && !carrier.isSettled;
    return isWaiting && carrier.isWritten && this.#isOnDisk(entry);
  }

  find(identity: string, nodeId: string, key: string): ModelEntry | undefined {
    return this.#facts.entries.get(entryKey({ identity, nodeId, key }));
  }

  /** Whether a node may still answer something by this id. */
  isTaken(nodeId: string, id: string): boolean {
    for (const entry of this.#facts.entries.values()) {
      const isOver = entry.phase === 'done' || entry.phase === 'recording';
      if (entry.nodeId === nodeId && entry.carrierId === id && !isOver) return true;
    }
    return this.#offered.has(`${nodeId} ${id}`);
  }

  /** A key that nothing is on record of: the command takes its place in its lane. */
  carry(command: ModelCommand): ModelCommand {
    const { id, nodeId, key = '', session } = command;
    // Each submission keeps its own time; what is carried ends when the last of them does.
    const carrier: ModelCommand = { ...command, deadlineAt: Infinity };
    const entry: ModelEntry = {
      ...{ identity: session.identity, nodeId, key, deed: deedOf(command), carrierId: id, phase: 'carried', carrier },
      ...{ submissions: new Set(), outcome: undefined, failure: undefined, graceAt: undefined },
    };
    carrier.entry = entry;
    this.#facts.entries.set(entryKey(entry), entry);
    this.attach(entry, command);
    return carrier;
  }

  /** Somebody submits a key that is on record: the outcome of the one command is its own, too. */
  attach(entry: ModelEntry, { id, session, deadlineAt }: ModelCommand): void {
    const submission: ModelSubmission = { id, session, entry, deadlineAt, isRouted: false, isCancelled: false };
    entry.submissions.add(submission);
    session.submissions.set(id, submission);
    if (entry.phase !== 'unknown') return;
    entry.phase = 'asking';
    const input = { idempotencyKey: entry.key, targetRequestId: entry.carrierId };
    this.#own.oweInquiry(entry.nodeId, input);
  }

  /** The command leaves for its node. */
  leave(entry: ModelEntry): void {
    const key = entryKey(entry);
    const count = (this.#sent.get(key) ?? 0) + 1;
    this.#sent.set(key, count);
    demand(count === 1, 'executed_once', () => `${key} was sent ${count} times`);
    demand(this.#isOnDisk(entry), 'on_disk_first', () => `${key} was sent before that was on disk`);
  }

  /** Its node has ended it; from now on only the disk is waited for. */
  answered(entry: ModelEntry, { messageType, payload }: Frame): void {
    entry.carrier = undefined;
    entry.graceAt = undefined;
    if (entry.phase === 'done' || entry.phase === 'recording') return;
    entry.phase = 'recording';
    entry.outcome = { messageType, payload, at: this.#facts.now };
  }

  /** A node's terminal frame for something that is in no lane. */
  answeredLate(nodeId: string, frame: Frame): void {
    for (const entry of this.#facts.entries.values()) {
      const isLost = entry.phase === 'unknown' || entry.phase === 'asking' || entry.phase === 'adopted';
      if (entry.nodeId === nodeId && entry.carrierId === frame.requestId && isLost) this.answered(entry, frame);
    }
  }

  /** A node says what became of a command, or nothing within its time. */
  inquiryEnded({ input }: OwnCommand, nodeId: string, frame: Frame | undefined): void {
    for (const entry of this.#facts.entries.values()) {
      if (entry.nodeId !== nodeId || entry.phase !== 'asking' || entry.key !== input['idempotencyKey']) continue;
      if (entry.carrierId !== input['targetRequestId']) continue;
      const data = frame?.messageType === 'result' && isObject(frame.payload['data']) ? frame.payload['data'] : {};
      const { outcome, status } = data;
      if (status === 'done' && isObject(outcome) && isObject(outcome['payload'])) {
        const { messageType, payload } = outcome;
        this.answered(entry, { messageType: String(messageType), requestId: '', senderRole: 'node', payload });
      } else if (status === 'running') entry.phase = 'adopted';
      else this.fail(entry, 'outcome_unknown');
    }
  }

  /** All who wait get an error; what was not sent has never been. */
  fail(entry: ModelEntry, code: string): void {
    entry.failure = code;
    const wasSent = entry.phase !== 'carried' || entry.carrier?.isAtNode === true;
    entry.carrier = undefined;
    entry.graceAt = undefined;
    if (entry.phase === 'recording' || entry.phase === 'done') return;
    if (wasSent) entry.phase = 'unknown';
    else this.#facts.entries.delete(entryKey(entry));
  }

  /** What is in no lane ends for those whose right to it has ended. */
  rightEnded(isOf: (entry: ModelEntry) => boolean, code: string): void {
    for (const entry of this.#facts.entries.values()) {
      if ((entry.phase === 'asking' || entry.phase === 'adopted') && isOf(entry)) entry.failure = code;
    }
  }

  /** What is in no lane ends with its node, or with the relay. */
  failUncarried(isOf: (entry: ModelEntry) => boolean, code: string): void {
    for (const entry of this.#facts.entries.values()) {
      if ((entry.phase === 'asking' || entry.phase === 'adopted') && isOf(entry)) this.fail(entry, code);
    }
  }

  /** A session is gone: what it alone waited for and did not leave yet never will. */
  sessionEnded(session: ModelSession, drop: (carrier: ModelCommand) => void): void {
    for (const { entry } of this.#take(session)) {
      const { carrier } = entry;
      if (entry.submissions.size > 0 || carrier === undefined || carrier.isSettled) continue;
      if (carrier.isRouted) entry.graceAt = this.#facts.now + this.#facts.rules.orphanGraceMs;
      else {
        this.fail(entry, 'dropped');
        drop(carrier);
      }
    }
  }

  /** A record is on its way to the disk: another one of its id would be mistaken for it. */
  offered({ kind, nodeId, requestId }: JournalRecord): void {
    if (kind === 'routing') this.#offered.add(`${nodeId} ${requestId}`);
  }

  /** A record is on disk. Gives back the command that it lets go. */
  written(record: JournalRecord): ModelCommand | undefined {
    const entry = this.find(record.identity, record.nodeId, record.key);
    if (record.kind === 'routing') {
      this.#routings.add(`${entryKey(record)} ${record.requestId}`);
      this.#offered.delete(`${record.nodeId} ${record.requestId}`);
      const carrier = entry?.carrierId === record.requestId ? entry.carrier : undefined;
      return carrier?.turnAt === undefined || carrier.isRouted ? undefined : carrier;
    }
    if (record.kind === 'outcome' && entry?.phase === 'recording') entry.phase = 'done';
    return undefined;
  }

  /** A relay that starts knows what is on disk. */
  restart(records: readonly JournalRecord[]): void {
    this.#facts.entries.clear();
    this.#offered.clear();
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

  #isOnDisk(entry: ModelEntry): boolean {
    return this.#routings.has(`${entryKey(entry)} ${entry.carrierId}`);
  }

  #take(session: ModelSession): ModelSubmission[] {
    const taken = [...session.submissions.values()];
    session.submissions.clear();
    for (const submission of taken) submission.entry.submissions.delete(submission);
    return taken;
  }
}

/** What a keyed command asks for: another one under the same key is a mistake. */
export function deedOf({ action, tab, frame }: ModelCommand): string {
  return JSON.stringify([action, tab ?? null, frame.payload['payload'] ?? {}]);
}

function entryKey({ identity, nodeId, key }: { identity: string; nodeId: string; key: string }): string {
  return `${identity} ${nodeId} ${key}`;
}

function entryOf({ identity, nodeId, key, hash, requestId }: JournalRecord & { kind: 'routing' }): ModelEntry {
  return {
    ...{ identity, nodeId, key, deed: deedIn(hash), carrierId: requestId, phase: 'unknown', carrier: undefined },
    ...{ submissions: new Set(), outcome: undefined, failure: undefined, graceAt: undefined },
  };
}

/** Digests of a simulated world only prepend. */
function deedIn(hash: string): string {
  return hash.slice('digest:'.length);
}
