import type { CancelAckEvent, ErrorCode, QueuedEvent, RoutedEvent } from '@telepat/otto-protocol';
import type { LogBook } from '../logs/log-book.js';
import type { NodeOutcome } from '../ports/command-journal.js';
import type { Clock } from '../ports/clock.js';
import { logCommand, logNodeOutcome, logRelayOutcome } from '../session/command-log.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Session } from '../session/session.js';
import type { DurableEntry } from './durable-entry.js';
import type { Submission } from './submission.js';

/** Who waits for the outcome of which durable command: keeps their deadlines, gives each its end once, and logs it. */
export class WaitingSubmissions {
  readonly #clock: Clock;
  readonly #log: LogBook;
  readonly #onDeadline: (entry: DurableEntry, submission: Submission) => void;

  constructor(options: {
    clock: Clock;
    log: LogBook;
    onDeadline: (entry: DurableEntry, submission: Submission) => void;
  }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#onDeadline = options.onDeadline;
  }

  attach(entry: DurableEntry, submission: Submission): void {
    entry.submissions.add(submission);
    submission.session.submissions.set(submission.order.requestId, submission);
    const { timeoutMs } = submission.order;
    submission.deadline = this.#clock.after(timeoutMs, () => this.#onDeadline(entry, submission));
  }

  /** Undoes `attach` for a submission that was refused after all. */
  detach(entry: DurableEntry, submission: Submission): void {
    submission.close();
    entry.submissions.delete(submission);
  }

  acknowledge(submission: Submission, event: QueuedEvent | RoutedEvent | CancelAckEvent): void {
    const { session, order, acceptedAt } = submission;
    session.reply('event', order, event);
    if (event.type === 'cancel_ack') return;
    const type = event.type === 'queued' ? 'command_queued' : 'command_routed';
    const data = { waitedMs: this.#clock.ticks() - acceptedAt, durable: true };
    logCommand(this.#log, session, order, { level: 'info', source: 'controller', type, status: event.type, data });
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
    entry.submissions.delete(submission);
    if (!submission.deliver(outcome, bytes)) return;
    const durationMs = this.#clock.ticks() - submission.acceptedAt;
    const { session, order } = submission;
    logNodeOutcome(this.#log, session, order, { ...outcome, durationMs, data: { durable: true } });
  }

  failAll(entry: DurableEntry, code: ErrorCode, effect: 'none' | 'unknown'): void {
    for (const submission of [...entry.submissions]) this.fail(entry, submission, code, effect);
  }

  fail(entry: DurableEntry, submission: Submission, code: ErrorCode, effect: 'none' | 'unknown'): void {
    entry.submissions.delete(submission);
    if (!submission.fail(code, effect)) return;
    const durationMs = this.#clock.ticks() - submission.acceptedAt;
    const data = { durable: true, effect };
    logRelayOutcome(this.#log, submission.session, submission.order, { code, durationMs, data });
  }

  /** A command was dropped before it was sent, because nobody waited for it any more. */
  noteDropped(session: Session, order: CommandOrder): void {
    logCommand(this.#log, session, order, { level: 'warn', source: 'relay', type: 'queued_command_dropped' });
  }
}
