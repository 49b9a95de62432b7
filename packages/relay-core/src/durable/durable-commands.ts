import {
  OttoError,
  type CancelAckEvent,
  type Envelope,
  type ErrorCode,
  type QueuedEvent,
  type RoutedEvent,
} from '@telepat/otto-protocol';
import { cancelFrame } from '../node/cancel-frame.js';
import type { NodeChannel } from '../node/node-channel.js';
import type { NodeDirectory } from '../node/node-directory.js';
import { PendingCommand, type CommandOrder, type Settlement } from '../node/pending-command.js';
import type { RelayCommands } from '../node/relay-commands.js';
import type { CommandJournal, NodeOutcome } from '../ports/command-journal.js';
import type { Clock } from '../ports/clock.js';
import type { LogBook } from '../logs/log-book.js';
import type { Session } from '../session/session.js';
import type { TabOwners } from '../session/tab-owners.js';
import { DurableEntry } from './durable-entry.js';
import { DurableIndex } from './durable-index.js';
import { DurableRun, type DurableRunWatcher } from './durable-run.js';
import { outcomeOf } from './node-outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { Recall } from './recall.js';
import { RoutingRecorder } from './routing-recorder.js';
import { RunGraces } from './run-graces.js';
import { StatusInquiry } from './status-inquiry.js';
import { Submission } from './submission.js';
import { WaitingSubmissions } from './waiting-submissions.js';

/**
 * Commands that carry an idempotency key: journalled before they are sent and before their outcome is delivered, so
 * that one key is carried out at most once, whatever is lost on the way.
 */
export class DurableCommands implements DurableRunWatcher {
  readonly #options: DurableOptions;
  readonly #index: DurableIndex;
  readonly #outcomes: OutcomeRecorder;
  readonly #routings: RoutingRecorder;
  readonly #graces: RunGraces;
  readonly #recall: Recall;
  readonly #waiting: WaitingSubmissions;

  constructor(options: DurableOptions) {
    const { clock, journal, log, orphanGraceMs } = options;
    this.#options = options;
    this.#index = new DurableIndex(clock);
    this.#outcomes = new OutcomeRecorder(clock, journal, this.#index);
    this.#routings = new RoutingRecorder(clock, journal);
    this.#graces = new RunGraces(clock, orphanGraceMs, (entry, run) => this.#endAbandoned(entry, run));
    const onDeadline = (entry: DurableEntry, submission: Submission) => this.#timedOut(entry, submission);
    this.#waiting = new WaitingSubmissions({ clock, log, onDeadline });
    this.#recall = new Recall(new StatusInquiry(options.relayCommands), journal, this.#waiting);
  }

  /** How many keys are on record, and how many of them somebody waits for. */
  get sizes(): { recorded: number; waiting: number } {
    const waiting = this.#index.all().filter((entry) => entry.submissions.size > 0).length;
    return { recorded: this.#index.size, waiting };
  }

  /** Reads what earlier runs of the relay left. */
  async load(): Promise<void> {
    this.#index.load(await this.#options.journal.load());
  }

  /**
   * Checks a keyed command against what is on record.
   * @throws OttoError `idempotency_key_reused`, `too_many_commands`
   */
  check(session: Session, order: CommandOrder): void {
    const entry = this.#find(session, order);
    if (entry === undefined) this.#index.checkRoom(session.ledger.key);
    else if (entry.hash !== order.durable?.hash) {
      throw new OttoError('idempotency_key_reused', { effect: 'none', nodeId: order.nodeId });
    }
  }

  /** Whether a node may still answer an unfinished command by this id. */
  isTaken(nodeId: string, requestId: string): boolean {
    const phase = this.#index.ofRequest(nodeId, requestId)?.state.phase;
    if (phase !== undefined && phase !== 'done' && phase !== 'recording') return true;
    return this.#routings.isUnanswered(nodeId, requestId);
  }

  /**
   * Takes a keyed command: runs it, attaches it to the one that lives, or gives it the outcome that is on record.
   * @throws OttoError when it is refused; nothing of it is kept then
   */
  submit(session: Session, order: CommandOrder, channel: NodeChannel | undefined): void {
    const entry = this.#find(session, order);
    const submission = new Submission(session, order, this.#options.clock.ticks());
    if (entry === undefined) {
      this.#run(submission, online(channel, order));
      return;
    }
    const { state } = entry;
    const reachable = state.phase === 'unknown' ? online(channel, order) : channel;
    this.#waiting.attach(entry, submission);
    if (state.phase === 'recording' && state.isGiven) this.#waiting.deliver(entry, submission, state.outcome);
    else if (state.phase === 'done') this.#recall.replay(entry, submission, reachable);
    else if (state.phase === 'unknown')
      this.#recall.ask(entry, online(reachable, order), (outcome) => this.#record(entry, outcome));
    else if (state.phase === 'running' && state.run.carrier.isSent) {
      this.acknowledge(submission, routed(order));
    }
  }

  /** Cancels one submission; the node is told when nobody else waits. */
  cancel(submission: Submission): 'cancelled' | 'forwarded' {
    const entry = this.#find(submission.session, submission.order);
    const phase = entry?.state.phase;
    if (entry === undefined || phase === 'recording' || phase === 'done') throw new OttoError('command_not_found');
    if (entry.submissions.size === 1 && entry.state.phase === 'running') {
      return this.#channelOf(entry)?.cancel(entry.state.run.carrier) ?? 'cancelled';
    }
    this.#takeAway(entry, submission, 'command_cancelled');
    return 'cancelled';
  }

  /** A session is gone: what waits is dropped; what runs has the grace of a reconnect before its node is told. */
  sessionEnded(session: Session): void {
    for (const submission of [...session.submissions.values()]) {
      submission.close();
      const entry = this.#find(session, submission.order);
      if (entry?.submissions.delete(submission) !== true || entry.submissions.size > 0) continue;
      if (entry.state.phase !== 'running') continue;
      const { run } = entry.state;
      if (run.carrier.isSent) this.#graces.begin(entry, run);
      else this.#drop(entry, run, session);
    }
  }

  /** A session's credential was revoked: each of its submissions is told. */
  revoked(session: Session): void {
    for (const submission of [...session.submissions.values()]) {
      const entry = this.#find(session, submission.order);
      if (entry !== undefined) this.#takeAway(entry, submission, 'controller_revoked');
    }
  }

  /** What an identity still waits for at a node, or at any, ends with its right; the ends of lanes do the rest. */
  rightEnded(identity: string, nodeId: string | undefined, code: ErrorCode): void {
    for (const entry of this.#index.ofIdentity(identity)) {
      if (!isUncarried(entry) || (nodeId !== undefined && entry.nodeId !== nodeId)) continue;
      for (const submission of [...entry.submissions]) this.#takeAway(entry, submission, code);
    }
  }

  /** A node is gone: what it still ran after a restart of the relay has no answer. */
  nodeEnded(nodeId: string): void {
    for (const entry of this.#index.ofNode(nodeId).filter(isUncarried)) {
      entry.state = { phase: 'unknown' };
      this.#waiting.failAll(entry, 'node_disconnected', 'unknown');
    }
  }

  /** A terminal frame for a command that the relay does not hold; true when it was one of these. */
  takeLate(nodeId: string, frame: Envelope): boolean {
    const entry = this.#index.ofRequest(nodeId, frame.requestId);
    const outcome = outcomeOf(frame);
    if (entry === undefined || outcome === undefined) return false;
    const { phase } = entry.state;
    if (phase !== 'unknown' && phase !== 'asking' && phase !== 'adopted') return false;
    this.#record(entry, outcome);
    return true;
  }

  prepare(entry: DurableEntry, command: PendingCommand, ready: () => void, failed: (code: ErrorCode) => void): void {
    this.#routings.record(entry, {
      ready: () => {
        if (!command.isSettled) ready();
        // Not sent after all: the record must not look like that of one that left.
        if (!command.isSent && command.isSettled) this.#outcomes.closeEntry(entry);
      },
      tooLate: () => this.#outcomes.closeEntry(entry),
      failed: () => failed('journal_unavailable'),
    });
  }

  acknowledge(submission: Submission, event: QueuedEvent | RoutedEvent | CancelAckEvent): void {
    this.#waiting.acknowledge(submission, event);
  }

  settled(run: DurableRun, command: PendingCommand, settlement: Settlement): void {
    const { entry } = run;
    this.#routings.abandon(entry);
    this.#graces.end(entry);
    const outcome = settlement.by === 'node' ? outcomeOf(settlement.frame) : undefined;
    if (settlement.by === 'node' && outcome !== undefined) {
      this.#options.tabOwners.note(entry.identity, command.order, settlement.frame);
      this.#record(entry, outcome, settlement.bytes);
      return;
    }
    if (command.isSent) entry.state = { phase: 'unknown' };
    else this.#index.remove(entry);
    const code = settlement.by === 'relay' ? settlement.code : 'outcome_unknown';
    this.#waiting.failAll(entry, code, command.effect);
  }

  /** All who wait hear that the relay stops; an outcome that is known is given without waiting for the disk. */
  close(): void {
    for (const entry of this.#index.all()) {
      if (entry.state.phase === 'recording') this.#waiting.deliverAll(entry, entry.state.outcome);
      else this.#waiting.failAll(entry, 'relay_shutting_down', 'unknown');
    }
    this.#routings.close();
    this.#graces.close();
    this.#outcomes.close();
    this.#index.close();
  }

  #run(submission: Submission, channel: NodeChannel): void {
    const { session, order, acceptedAt } = submission;
    if (order.durable === undefined) return;
    const { key, hash } = order.durable;
    const { nodeId, requestId } = order;
    const fields = { identity: session.ledger.key, nodeId, key, hash, requestId, at: this.#options.clock.now() };
    const entry = new DurableEntry(fields, { phase: 'unknown' });
    const run = new DurableRun(entry, session, this);
    // Each submission keeps its own time; the carrier ends when the last of them does.
    run.carrier = new PendingCommand({ ...order, timeoutMs: Infinity }, run, acceptedAt);
    entry.state = { phase: 'running', run };
    this.#index.add(entry);
    this.#waiting.attach(entry, submission);
    try {
      channel.submit(run.carrier);
    } catch (refusal) {
      this.#waiting.detach(entry, submission);
      this.#index.remove(entry);
      throw refusal;
    }
  }

  #record(entry: DurableEntry, outcome: NodeOutcome, bytes?: Uint8Array): void {
    this.#waiting.stopClocks(entry);
    this.#outcomes.record(entry, outcome, () => this.#waiting.deliverAll(entry, outcome, bytes));
  }

  #timedOut(entry: DurableEntry, submission: Submission): void {
    const isQueued = entry.state.phase === 'running' && !entry.state.run.carrier.isSent;
    this.#takeAway(entry, submission, isQueued ? 'queue_wait_timed_out' : 'command_timed_out');
  }

  /** Ends one submission; when it was the last, the command ends with it. */
  #takeAway(entry: DurableEntry, submission: Submission, code: ErrorCode): void {
    const { state } = entry;
    if (entry.submissions.size === 1 && state.phase === 'running') {
      this.#channelOf(entry)?.end(state.run.carrier, code);
      return;
    }
    const isUnsent = state.phase === 'running' && !state.run.carrier.isSent;
    this.#waiting.fail(entry, submission, code, isUnsent ? 'none' : 'unknown');
    if (entry.submissions.size > 0 || state.phase !== 'adopted') return;
    entry.state = { phase: 'unknown' };
    this.#channelOf(entry)?.link.send(cancelFrame({ ...submission.order, requestId: entry.requestId }));
  }

  #drop(entry: DurableEntry, run: DurableRun, session: Session): void {
    this.#channelOf(entry)?.drop(run.carrier);
    this.#routings.abandon(entry);
    this.#index.remove(entry);
    this.#waiting.noteDropped(session, run.carrier.order);
  }

  #endAbandoned(entry: DurableEntry, run: DurableRun): void {
    if (entry.submissions.size === 0) this.#channelOf(entry)?.end(run.carrier, 'command_cancelled');
  }

  #find(session: Session, order: CommandOrder): DurableEntry | undefined {
    const { durable, nodeId } = order;
    return durable && this.#index.find({ identity: session.ledger.key, nodeId, key: durable.key });
  }

  #channelOf(entry: DurableEntry): NodeChannel | undefined {
    return this.#options.nodes.get(entry.nodeId);
  }
}

/** Whether its command is with the node and in no lane: the ends of lanes do not reach it. */
const isUncarried = ({ state: { phase } }: DurableEntry): boolean => phase === 'adopted' || phase === 'asking';

function online(channel: NodeChannel | undefined, { nodeId }: CommandOrder): NodeChannel {
  if (channel === undefined) throw new OttoError('node_offline', { effect: 'none', nodeId });
  return channel;
}

function routed({ nodeId, tabSessionId }: CommandOrder): RoutedEvent {
  return { type: 'routed', targetNodeId: nodeId, ...(tabSessionId === undefined ? {} : { tabSessionId }) };
}

export interface DurableOptions {
  readonly clock: Clock;
  readonly journal: CommandJournal;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
  readonly relayCommands: RelayCommands;
  readonly tabOwners: TabOwners;
  readonly orphanGraceMs: number;
}
