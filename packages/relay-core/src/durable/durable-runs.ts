import type { ErrorCode } from '@telepat/otto-protocol';
import { routed, type Acknowledgement } from '../node/acknowledgement.js';
import type { NodeChannel } from '../node/node-channel.js';
import { PendingCommand, type Settlement } from '../node/pending-command.js';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import { elapsedMs } from '../ports/elapsed-ms.js';
import { logCommand, logRelayOutcome } from '../session/command-log.js';
import type { Session } from '../session/session.js';
import { DurableEntry } from './durable-entry.js';
import type { DurableIndex } from './durable-index.js';
import type { DurableOutcomes } from './durable-outcomes.js';
import { DurableRun, type DurableRunWatcher } from './durable-run.js';
import { outcomeOf } from './node-outcome.js';
import type { NodeDeadlines } from './node-deadlines.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import type { RoutingRecorder } from './routing-recorder.js';
import type { RunGraces } from './run-graces.js';
import type { Submission } from './submission.js';
import type { WaitingSubmissions } from './waiting-submissions.js';

/** Durable commands on their way through the lanes of nodes: from their first submission to their settlement. */
export class DurableRuns implements DurableRunWatcher {
  readonly #rooms: DurableRunsRooms;

  constructor(rooms: DurableRunsRooms) {
    this.#rooms = rooms;
  }

  /**
   * A key of which nothing is on record: its command takes its place in its lane.
   * @throws OttoError when it is refused; nothing of it is kept then
   */
  begin(submission: Submission, channel: NodeChannel): void {
    const { clock, index, waiting } = this.#rooms;
    const { session, order, acceptedAt } = submission;
    if (order.durable === undefined) return;
    const { key, hash } = order.durable;
    const { action, nodeId, requestId } = order;
    const fields = { identity: session.ledger.key, nodeId, key, hash, requestId, action, at: clock.now() };
    const entry = new DurableEntry(fields, { phase: 'unknown' });
    const run = new DurableRun(entry, { first: session, channel, timeoutMs: order.timeoutMs, watcher: this });
    // Each submission keeps its own time; the carrier ends when the last of them does.
    run.carrier = new PendingCommand({ ...order, timeoutMs: Infinity }, run, acceptedAt);
    entry.state = { phase: 'running', run };
    index.add(entry);
    waiting.attach(entry, submission);
    try {
      channel.submit(run.carrier);
    } catch (refusal) {
      waiting.detach(entry, submission);
      index.remove(entry);
      throw refusal;
    }
  }

  /** Somebody submits the key of one that lives: it hears where that stands. */
  tellStanding({ carrier, channel, entry }: DurableRun, submission: Submission): void {
    const lane = channel.laneOf(carrier);
    if (carrier.isSent) this.acknowledge(submission, routedEvent(submission));
    if (carrier.isSent) this.#rooms.deadlines.putOff(entry, channel.link);
    if (lane === undefined) return;
    const { nodeId: targetNodeId } = channel;
    this.acknowledge(submission, { type: 'queued', targetNodeId, tabSessionId: lane.key, queueDepth: lane.depth });
    // It may hold the lock that the command has waited for.
    channel.reconsider(lane.key);
  }

  /** Nobody waits for it, and it has not left: it never will. */
  drop(run: DurableRun, session: Session): void {
    const { log } = this.#rooms;
    const { carrier, channel } = run;
    channel.drop(carrier);
    this.#neverLeft(run);
    logCommand(log, session, carrier.order, { level: 'warn', source: 'relay', type: 'queued_command_dropped' });
  }

  prepare(run: DurableRun, ready: () => void, failed: (code: ErrorCode) => void): void {
    const { recorder, routings } = this.#rooms;
    const { channel, entry } = run;
    entry.instanceId = channel.link.instanceId;
    routings.record(entry, {
      ready: () => {
        run.isOnRecord = true;
        ready();
      },
      tooLate: () => recorder.closeEntry(entry),
      failed: () => failed('journal_unavailable'),
    });
  }

  acknowledge(submission: Submission, said: Acknowledgement): void {
    this.#rooms.waiting.acknowledge(submission, said);
  }

  sent({ carrier, channel, entry, timeoutMs }: DurableRun): void {
    if (!carrier.isSettled) this.#rooms.deadlines.sent(entry, channel.link, timeoutMs);
  }

  settled(run: DurableRun, command: PendingCommand, settlement: Settlement): void {
    const { clock, graces, log, outcomes, routings, waiting } = this.#rooms;
    const { entry } = run;
    routings.abandon(entry);
    graces.end(entry);
    const outcome = settlement.by === 'node' ? outcomeOf(settlement.frame) : undefined;
    if (settlement.by === 'node' && outcome !== undefined) {
      outcomes.take(entry, outcome, { bytes: settlement.bytes, traceId: command.order.traceId });
      return;
    }
    const code = settlement.by === 'relay' ? settlement.code : 'outcome_unknown';
    if (entry.submissions.size === 0) {
      const data = { durable: true, effect: command.effect, isUnheard: true };
      const durationMs = elapsedMs(clock, command.acceptedAt);
      logRelayOutcome(log, run.session, command.order, { code, durationMs, data });
    }
    if (command.isSent) entry.state = { phase: 'unknown' };
    else this.#neverLeft(run);
    waiting.failAll(entry, code, command.effect);
  }

  /**
   * The node that it was sent to is sure that it never got it: nothing was done, and nothing will be. Whoever waits hears
   * so, and may ask for it anew.
   */
  neverArrived(entry: DurableEntry): void {
    const { graces, index, recorder, waiting } = this.#rooms;
    graces.end(entry);
    index.remove(entry);
    recorder.closeEntry(entry);
    waiting.failAll(entry, 'node_disconnected', 'none');
  }

  /** Its key is as free as if nobody had used it; what the journal has of it must not look like one that left. */
  #neverLeft({ entry, isOnRecord }: DurableRun): void {
    const { index, recorder, routings } = this.#rooms;
    routings.abandon(entry);
    index.remove(entry);
    if (isOnRecord) recorder.closeEntry(entry);
  }
}

/** What a submission is told whose command is with its node. */
export function routedEvent({ order: { nodeId, tabSessionId } }: Submission): Acknowledgement {
  return routed(nodeId, tabSessionId);
}

export interface DurableRunsRooms {
  readonly clock: Clock;
  readonly deadlines: NodeDeadlines;
  readonly graces: RunGraces;
  readonly index: DurableIndex;
  readonly log: LogBook;
  readonly outcomes: DurableOutcomes;
  readonly recorder: OutcomeRecorder;
  readonly routings: RoutingRecorder;
  readonly waiting: WaitingSubmissions;
}
