import type { ErrorCode } from '@telepat/otto-protocol';
import type { LogBook } from '../logs/log-book.js';
import type { Acknowledgement } from '../node/acknowledgement.js';
import type { NodeOutcome } from '../ports/command-journal.js';
import type { Clock } from '../ports/clock.js';
import { elapsedMs } from '../ports/elapsed-ms.js';
import { logCommand, logNodeOutcome, logRelayOutcome } from '../session/command-log.js';
import { PerNodeTable } from '../session/per-node-table.js';
import type { DurableEntry } from './durable-entry.js';
import type { Submission } from './submission.js';

/** Who waits for the outcome of which durable command: keeps their deadlines, gives each its end once, and logs it. */
export class WaitingSubmissions {
  readonly #options: WaitingOptions;
  /** Their ids are live at their node as those of other commands are. */
  readonly #table = new PerNodeTable<Submission>();

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  isTaken(nodeId: string, requestId: string): boolean {
    return this.#table.find(nodeId, requestId) !== undefined;
  }

  /** Whether somebody waits under this id, at whatever node. */
  isAnywhere(requestId: string): boolean {
    return this.#table.isAnywhere(requestId);
  }

  attach(entry: DurableEntry, submission: Submission): void {
    const { session, order } = submission;
    entry.action = order.action;
    entry.submissions.add(submission);
    // Who joins is answered with what was sent for the first: its own text goes nowhere.
    if (order.requestId !== entry.requestId) order.outgoing.drop();
    this.#table.add(submission);
    session.submissions.set(order.requestId, submission);
    if (entry.state.phase === 'running') entry.state.run.joined(session);
    // What its node has answered has its end: only the disk is waited for, and that has a time of its own.
    if (entry.state.phase === 'recording') return;
    const onDeadline = () => this.#options.onDeadline(entry, submission);
    submission.deadline = this.#options.clock.after(order.timeoutMs, onDeadline);
  }

  /** Undoes `attach` without a word: it was refused after all, or its session is gone. */
  detach(entry: DurableEntry, submission: Submission): void {
    submission.close();
    this.#remove(entry, submission);
  }

  acknowledge(submission: Submission, said: Acknowledgement): void {
    const { session, order, acceptedAt } = submission;
    session.acknowledge(order, said);
    const { clock, log } = this.#options;
    const waitedMs = elapsedMs(clock, acceptedAt);
    const isQueued = said.type === 'queued';
    const type = isQueued ? 'command_queued' : 'command_routed';
    if (!isQueued) submission.waitedMs = waitedMs;
    const data = isQueued ? { queueDepth: said.queueDepth, durable: true } : { waitedMs, durable: true };
    const facts = { level: 'info', source: 'controller', type, status: said.type, summary: order.summary } as const;
    logCommand(log, session, order, { ...facts, data });
  }

  /** The node has answered: no deadline can end what only waits for the disk. */
  stopClocks(entry: DurableEntry): void {
    for (const submission of entry.submissions) submission.deadline?.cancel();
  }

  /** Gives everybody the node's outcome; `bytes` is the frame as it came, under the id that the node knows. */
  deliverAll(entry: DurableEntry, outcome: NodeOutcome, bytes?: Uint8Array): void {
    for (const submission of [...entry.submissions]) {
      const isOriginal = submission.order.requestId === entry.requestId;
      this.deliver(entry, submission, outcome, isOriginal ? bytes : undefined);
    }
  }

  deliver(entry: DurableEntry, submission: Submission, outcome: NodeOutcome, bytes?: Uint8Array): void {
    this.#remove(entry, submission);
    if (!submission.deliver(outcome, bytes)) return;
    const { clock, log, onDelivered } = this.#options;
    const durationMs = elapsedMs(clock, submission.acceptedAt);
    const { session, order, waitedMs } = submission;
    const data = { durable: true, waitedMs };
    logNodeOutcome(log, session, order, { ...outcome, byteLength: bytes?.byteLength, durationMs, data });
    onDelivered(entry, submission, outcome);
  }

  failAll(entry: DurableEntry, code: ErrorCode, effect: 'none' | 'unknown'): void {
    for (const submission of [...entry.submissions]) this.fail(entry, submission, code, effect);
  }

  fail(entry: DurableEntry, submission: Submission, code: ErrorCode, effect: 'none' | 'unknown'): void {
    this.#remove(entry, submission);
    if (!submission.fail(code, effect)) return;
    const { clock, log } = this.#options;
    const durationMs = elapsedMs(clock, submission.acceptedAt);
    const data = { durable: true, effect };
    logRelayOutcome(log, submission.session, submission.order, { code, durationMs, data });
  }

  #remove(entry: DurableEntry, submission: Submission): void {
    if (!entry.submissions.delete(submission)) return;
    this.#table.remove(submission);
    if (entry.state.phase === 'running') entry.state.run.left(submission.session);
  }
}

interface WaitingOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly onDeadline: (entry: DurableEntry, submission: Submission) => void;
  /** A session has been given the node's outcome. */
  readonly onDelivered: (entry: DurableEntry, submission: Submission, outcome: NodeOutcome) => void;
}
