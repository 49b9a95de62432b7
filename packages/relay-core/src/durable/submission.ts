import { OttoError, encodeFrame, makeFrame, type ErrorCode } from '@telepat/otto-protocol';
import { missingGrant } from '../node/missing-grant.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { NodeOutcome } from '../ports/command-journal.js';
import type { Timer } from '../ports/clock.js';
import type { Session } from '../session/session.js';

/** One request for a durable command: it has its own id and deadline, and gets the one outcome under its own id. */
export class Submission {
  readonly session: Session;
  readonly order: CommandOrder;
  /** Monotonic milliseconds. */
  readonly acceptedAt: number;
  deadline: Timer | undefined;
  /** Milliseconds until it was sent, or was attached to one that had been. */
  waitedMs: number | undefined;
  #isSettled = false;

  constructor(session: Session, order: CommandOrder, acceptedAt: number) {
    this.session = session;
    this.order = order;
    this.acceptedAt = acceptedAt;
  }

  get nodeId(): string {
    return this.order.nodeId;
  }

  get requestId(): string {
    return this.order.requestId;
  }

  /** Whether it still waits for its outcome. */
  get isOpen(): boolean {
    return !this.#isSettled;
  }

  /** Gives it the node's outcome; `bytes`, the frame as the node sent it, if that has this very id. */
  deliver(outcome: NodeOutcome, bytes?: Uint8Array): boolean {
    if (!this.close()) return false;
    const { requestId, traceId, traceparent } = this.order;
    const { messageType, payload } = outcome;
    this.session.send(
      bytes ?? encodeFrame(makeFrame(messageType, { requestId, traceId, traceparent, senderRole: 'node', payload })),
    );
    return true;
  }

  /** Gives it an error of the relay's. */
  fail(code: ErrorCode, effect: 'none' | 'unknown'): boolean {
    if (!this.close()) return false;
    const { nodeId, action, readOnly, tabSessionId } = this.order;
    const tab = tabSessionId === undefined ? {} : { tabSessionId };
    const grant = code === 'acl_missing_node_grant' ? missingGrant(nodeId, this.session.identity.clientId) : {};
    this.session.sendError(
      this.order,
      new OttoError(code, { effect, durable: true, readOnly, nodeId, action, ...tab, ...grant }),
    );
    return true;
  }

  /** Takes it away without a word. @returns false when it was settled before */
  close(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.deadline?.cancel();
    this.session.submissions.delete(this.order.requestId);
    return true;
  }
}
