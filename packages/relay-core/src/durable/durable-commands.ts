import { OttoError, type Envelope, type ErrorCode } from '@telepat/otto-protocol';
import type { NodeChannel } from '../node/node-channel.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { CommandOrder, OwnerIds } from '../node/pending-command.js';
import type { RelayCommands } from '../node/relay-commands.js';
import type { CommandJournal, NodeOutcome } from '../ports/command-journal.js';
import type { Clock } from '../ports/clock.js';
import type { LogBook } from '../logs/log-book.js';
import type { OrphanTabs } from '../session/orphan-tabs.js';
import type { Session } from '../session/session.js';
import type { Subscriptions } from '../session/subscriptions.js';
import type { TabOwners } from '../session/tab-owners.js';
import { Departures, isUncarried } from './departures.js';
import type { DurableEntry } from './durable-entry.js';
import { DurableIndex } from './durable-index.js';
import { DurableOutcomes } from './durable-outcomes.js';
import type { DurableRun } from './durable-run.js';
import { DurableRuns, routedEvent } from './durable-runs.js';
import { NodeDeadlines } from './node-deadlines.js';
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
export class DurableCommands {
  readonly #options: DurableOptions;
  readonly #index: DurableIndex;
  readonly #recorder: OutcomeRecorder;
  readonly #routings: RoutingRecorder;
  readonly #deadlines: NodeDeadlines;
  readonly #graces: RunGraces;
  readonly #recall: Recall;
  readonly #waiting: WaitingSubmissions;
  readonly #outcomes: DurableOutcomes;
  readonly #runs: DurableRuns;
  readonly #departures: Departures;

  constructor(options: DurableOptions) {
    const { clock, idsOf, journal, log, nodes, orphanGraceMs, orphanTabs, relayCommands, tabOwners } = options;
    this.#options = options;
    const index = new DurableIndex(clock);
    const deadlines = new NodeDeadlines(clock);
    const recorder = new OutcomeRecorder(clock, journal, index);
    const routings = new RoutingRecorder(clock, journal);
    const graces = new RunGraces(clock, orphanGraceMs, (entry) => this.#departures.graceOver(entry));
    const waiting = new WaitingSubmissions({
      clock,
      log,
      onDeadline: (entry, submission) => this.#departures.timedOut(entry, submission),
      onDelivered: (entry, submission, outcome) => this.#delivered(entry, submission, outcome),
    });
    const outcomes = new DurableOutcomes({ graces, idsOf, index, log, orphanTabs, recorder, tabOwners, waiting });
    const runs = new DurableRuns({ clock, deadlines, graces, index, log, outcomes, recorder, routings, waiting });
    this.#departures = new Departures({ graces, index, nodes, runs, waiting });
    this.#recall = new Recall(new StatusInquiry(relayCommands), journal, waiting);
    this.#index = index;
    this.#deadlines = deadlines;
    this.#recorder = recorder;
    this.#routings = routings;
    this.#graces = graces;
    this.#waiting = waiting;
    this.#outcomes = outcomes;
    this.#runs = runs;
  }

  /** How many keys are on record, and how many of them somebody waits for. */
  get sizes(): { recorded: number; waiting: number } {
    const waiting = this.#index.all().filter((entry) => entry.submissions.size > 0).length;
    return { recorded: this.#index.size, waiting };
  }

  /** Those whose outcome is not on record. */
  open(): DurableEntry[] {
    return this.#index.all().filter(({ state }) => state.phase !== 'done');
  }

  /** Reads what earlier runs of the relay left. */
  async load(): Promise<void> {
    this.#index.load(await this.#options.journal.load());
  }

  /**
   * Checks a keyed command against what is on record.
   * @returns whether its key is on record
   * @throws OttoError `idempotency_key_reused`, `too_many_commands`
   */
  check(session: Session, order: CommandOrder): boolean {
    const entry = this.#find(session, order);
    const { key } = session.ledger;
    if (entry === undefined) this.#index.checkRoom(key, this.#routings.strayCount(key));
    else if (entry.hash !== order.durable?.hash) {
      throw new OttoError('idempotency_key_reused', { effect: 'none', nodeId: order.nodeId });
    }
    return entry !== undefined;
  }

  /** Whose a command on record is, by the id under which its node knows it. */
  identityOf(nodeId: string, requestId: string): string | undefined {
    return this.#index.ofRequest(nodeId, requestId)?.identity;
  }

  /** Whether a node may still answer an unfinished command by this id, or somebody waits for one under it. */
  isTaken(nodeId: string, requestId: string): boolean {
    const phase = this.#index.ofRequest(nodeId, requestId)?.state.phase;
    if (phase !== undefined && phase !== 'done' && phase !== 'recording') return true;
    return this.#routings.isUnanswered(nodeId, requestId) || this.#waiting.isTaken(nodeId, requestId);
  }

  /** Whether somebody waits for a durable command under this id, at whatever node. */
  isAwaited(requestId: string): boolean {
    return this.#waiting.isAnywhere(requestId);
  }

  /**
   * Takes a keyed command: runs it, attaches it to the one that lives, or gives it the outcome that is on record.
   * @throws OttoError when it is refused; nothing of it is kept then
   */
  submit(session: Session, order: CommandOrder, channel: NodeChannel | undefined): void {
    const entry = this.#find(session, order);
    const submission = new Submission(session, order, this.#options.clock.ticks());
    if (entry === undefined) {
      this.#runs.begin(submission, online(channel, order));
      return;
    }
    const { state } = entry;
    const reachable = state.phase === 'unknown' ? online(channel, order) : channel;
    this.#graces.end(entry);
    this.#waiting.attach(entry, submission);
    if (state.phase === 'recording' && state.isGiven) this.#waiting.deliver(entry, submission, state.outcome);
    else if (state.phase === 'done') this.#recall.replay(entry, submission, reachable);
    else if (state.phase === 'unknown') this.#ask(entry, online(reachable, order));
    else if (state.phase === 'running') this.#runs.tellStanding(state.run, submission);
    else if (state.phase === 'adopted') {
      this.#waiting.acknowledge(submission, routedEvent(submission));
      if (channel !== undefined) this.#deadlines.putOff(entry, channel.link);
    }
  }

  /** Cancels one submission; the node is told when nobody else waits. */
  cancel(submission: Submission): 'cancelled' | 'forwarded' {
    const entry = this.#find(submission.session, submission.order);
    const phase = entry?.state.phase;
    if (entry === undefined || phase === 'recording' || phase === 'done') throw new OttoError('command_not_found');
    if (entry.submissions.size === 1 && entry.state.phase === 'running') {
      return entry.state.run.channel.cancel(entry.state.run.carrier);
    }
    this.#departures.takeAway(entry, submission, 'command_cancelled');
    return 'cancelled';
  }

  /** A new session cancels what an ended one of its identity had asked for; undefined when there is no such thing. */
  cancelLeft(session: Session, requestId: string): DurableEntry | undefined {
    return this.#departures.cancelLeft(session.ledger.key, requestId);
  }

  /** A session is gone: what waits is dropped; what runs has the grace of a reconnect before its node is told. */
  sessionEnded(session: Session): void {
    this.#departures.sessionEnded(session);
  }

  /** A session's credential was revoked: each of its submissions is told. */
  revoked(session: Session): void {
    this.#departures.revoked(session);
  }

  /** What an identity has at a node, or at any, ends with its right; the ends of lanes do the rest. */
  rightEnded(identity: string, nodeId: string | undefined, code: ErrorCode): void {
    this.#departures.rightEnded(identity, nodeId, code);
  }

  /** A node goes on over a newer connection: what was on its way over the older one may have died with that. */
  nodeMoved(channel: NodeChannel): void {
    for (const entry of this.#index.ofNode(channel.nodeId)) {
      const { state } = entry;
      if (state.phase === 'running' || state.phase === 'adopted') this.#deadlines.moved(entry, channel.link);
      if (state.phase === 'asking') this.#ask(entry, channel);
      else if (state.phase === 'running' && state.run.carrier.isSent) this.#askAboutSent(entry, state.run);
    }
  }

  /** A node is gone: what it still ran after a restart of the relay has no answer. */
  nodeEnded(nodeId: string): void {
    for (const entry of this.#index.ofNode(nodeId).filter(isUncarried)) {
      entry.state = { phase: 'unknown' };
      this.#graces.end(entry);
      this.#waiting.failAll(entry, 'node_disconnected', 'unknown');
    }
  }

  /** A terminal frame for a command that has ended, or that no channel knows (a stray); true when it was one of these. */
  takeLate(nodeId: string, frame: Envelope, options: { isStray: boolean }): boolean {
    return this.#outcomes.takeLate(nodeId, frame, options);
  }

  /** All who wait hear that the relay stops; an outcome that is known is given without waiting for the disk. */
  close(): void {
    for (const entry of this.#index.all()) {
      if (entry.state.phase === 'recording') this.#waiting.deliverAll(entry, entry.state.outcome);
      else this.#waiting.failAll(entry, 'relay_shutting_down', 'unknown');
    }
    this.#routings.close();
    this.#graces.close();
    this.#recorder.close();
    this.#index.close();
  }

  #ask(entry: DurableEntry, channel: NodeChannel): void {
    this.#recall.ask(entry, channel, {
      done: (outcome) => this.#outcomes.take(entry, outcome, { isStray: true }),
      neverArrived: () => this.#runs.neverArrived(entry),
      running: () => {
        for (const submission of entry.submissions) this.#waiting.acknowledge(submission, routedEvent(submission));
        this.#deadlines.tellAnew(entry, channel.link);
        // All who had asked have left meanwhile, and none of them may still come back.
        if (entry.submissions.size === 0 && !this.#graces.isPending(entry)) this.#departures.stopAdopted(entry);
      },
    });
  }

  #askAboutSent(entry: DurableEntry, run: DurableRun): void {
    const { carrier, channel } = run;
    const { traceId } = carrier.order;
    this.#recall.askAboutSent(entry, run, {
      done: (outcome) => channel.answeredOtherwise(carrier, () => this.#outcomes.take(entry, outcome, { traceId })),
      neverArrived: () => channel.neverArrived(carrier),
    });
  }

  /** What an outcome begins or ends beyond its command does so for the session that was given it. */
  #delivered(entry: DurableEntry, { session, order }: Submission, { messageType, payload }: NodeOutcome): void {
    const { subscriptions } = this.#options;
    if (messageType !== 'result' || payload['ok'] !== true) return;
    if (order.action === 'listener.unsubscribe') subscriptions.unsubscribed(session, order);
    // One key, one stream: it is for the first who is told. A repeat gets one of its own when that is over.
    if (order.action !== 'command.test' || entry.hasStream || !session.isOpen) return;
    entry.hasStream = subscriptions.streams.open(session, order, payload, () => {
      entry.hasStream = false;
    });
  }

  #find(session: Session, order: CommandOrder): DurableEntry | undefined {
    const { durable, nodeId } = order;
    return durable && this.#index.find({ identity: session.ledger.key, nodeId, key: durable.key });
  }
}

function online(channel: NodeChannel | undefined, { nodeId }: CommandOrder): NodeChannel {
  if (channel === undefined) throw new OttoError('node_offline', { effect: 'none', nodeId });
  return channel;
}

export interface DurableOptions {
  readonly clock: Clock;
  readonly idsOf: (identity: string) => OwnerIds;
  readonly journal: CommandJournal;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
  readonly relayCommands: RelayCommands;
  readonly orphanTabs: OrphanTabs;
  readonly subscriptions: Subscriptions;
  readonly tabOwners: TabOwners;
  readonly orphanGraceMs: number;
}
