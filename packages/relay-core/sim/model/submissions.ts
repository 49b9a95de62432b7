import { errorRow } from '@telepat/otto-protocol';
import { demand } from '../invariants.js';
import type { Durables } from './durables.js';
import type { Facts, Frame, ModelCommand, ModelEntry, ModelSession, ModelSubmission } from './facts.js';
import type { Lanes } from './lanes.js';
import type { Replies } from './replies.js';
import type { ModelSubscriptions } from './subscriptions.js';

/** How long the disk may keep a durable command, or its outcome, waiting. */
const DISK_MS = 2_000;

/** Who waits for durable commands: each must get its one terminal frame, and in time. */
export class Submissions {
  readonly #facts: Facts;
  readonly #lanes: Lanes;
  readonly #durables: Durables;
  readonly #replies: Replies;
  readonly #stop: (carrier: ModelCommand) => void;
  readonly #subscriptions: ModelSubscriptions;

  constructor(rooms: SubmissionRooms) {
    this.#facts = rooms.facts;
    this.#lanes = rooms.lanes;
    this.#durables = rooms.durables;
    this.#replies = rooms.replies;
    this.#stop = rooms.stop;
    this.#subscriptions = rooms.subscriptions;
  }

  /** Whether a frame is news of a durable command that its session waits for. */
  take(session: ModelSession, frame: Frame): boolean {
    const submission = session.submissions.get(frame.requestId);
    if (submission === undefined) return false;
    if (frame.messageType === 'event') return this.#takeRouted(submission, frame);
    return this.#takeOutcome(submission, frame) || this.#takeError(submission, frame);
  }

  /** The status that a cancel is acknowledged with; undefined when it comes too late. */
  cancel(submission: ModelSubmission): 'cancelled' | 'forwarded' | undefined {
    const { entry } = submission;
    const { carrier, phase, submissions } = entry;
    if (phase === 'recording' || phase === 'done') return undefined;
    if (submissions.size === 1 && carrier?.isRouted === true) {
      carrier.isCancelled = true;
      this.#stop(carrier);
      return 'forwarded';
    }
    submission.isCancelled = true;
    return 'cancelled';
  }

  /** The disk has taken a command that has its turn: rights and locks may have changed in the meantime. */
  written(carrier: ModelCommand): void {
    const { entry, lane, nodeId, session, waits } = carrier;
    if (entry === undefined) return;
    const isLocked = this.#lanes.isLockedFor(carrier);
    const hasRoom = this.#lanes.waitingOf(session.identity) < this.#facts.rules.controllerQueueLimit;
    if (!this.#facts.allows(session, nodeId)) this.#refuse(entry, carrier, 'acl_missing_node_grant');
    else if (!isLocked) carrier.isWritten = true;
    else if (waits && lane !== undefined && hasRoom) this.#putBack(entry, carrier, lane);
    else this.#refuse(entry, carrier, 'tab_locked');
  }

  /** A new session of an identity ends what an old one was the last to wait for. */
  cancelLeft(entry: ModelEntry): void {
    entry.graceAt = undefined;
    if (entry.carrier === undefined) return this.#durables.stopAdopted(entry);
    entry.carrier.isCancelled = true;
    this.#stop(entry.carrier);
  }

  /** What time alone decides. */
  due(): void {
    const { now } = this.#facts;
    for (const entry of [...this.#facts.entries.values()]) {
      const { carrier, graceAt } = entry;
      if (graceAt !== undefined && graceAt <= now) {
        entry.graceAt = undefined;
        if (entry.submissions.size > 0) continue;
        if (carrier !== undefined) this.#end(entry, carrier);
        else this.#durables.stopAdopted(entry);
      }
      if (carrier === undefined) continue;
      const isUnwritten = carrier.turnAt !== undefined && !carrier.isRouted && carrier.turnAt + DISK_MS <= now;
      if (!isUnwritten) continue;
      this.#refuse(entry, carrier, 'journal_unavailable');
    }
  }

  /** When, in ticks, the next thing is due. */
  nextDueAt(): number {
    const { entries, now } = this.#facts;
    let next = Infinity;
    for (const { carrier, graceAt, outcome, phase, submissions } of entries.values()) {
      const diskAt = carrier?.turnAt !== undefined && !carrier.isRouted ? carrier.turnAt + DISK_MS : Infinity;
      const deliveryAt = phase === 'recording' && outcome !== undefined ? outcome.at + DISK_MS : Infinity;
      next = Math.min(next, graceAt ?? Infinity, diskAt, deliveryAt > now ? deliveryAt : Infinity);
      for (const { deadlineAt } of submissions) if (deadlineAt > now) next = Math.min(next, deadlineAt);
    }
    return next;
  }

  /** All that had to be told by now was told. */
  demandServed(): void {
    for (const { submissions } of this.#facts.sessions.values()) {
      for (const submission of submissions.values()) {
        const { entry, id, isRouted } = submission;
        const what = () => `${id} still waits for ${entry.key}, which is ${entry.phase}`;
        demand(!this.#isOverdue(submission), 'one_terminal', what);
        const isAtNode = entry.carrier?.isRouted === true || entry.phase === 'adopted';
        demand(isRouted || !isAtNode, 'answered_as_told', () => `${id} was not told that ${entry.key} is at its node`);
      }
    }
    for (const entry of this.#facts.entries.values()) {
      entry.failure = undefined;
      const isStuck = entry.carrier !== undefined && this.#durables.isReady(entry, entry.carrier);
      demand(!isStuck, 'nobody_waits_for_nobody', () => `${entry.key} is on disk, has its turn and was not sent`);
    }
  }

  /** It stays on disk; those who wait hear how much waits there now, and it is sent when its turn comes again. */
  #putBack(entry: ModelEntry, carrier: ModelCommand, tabSessionId: string): void {
    carrier.isWritten = true;
    const { nodeId: targetNodeId } = carrier;
    const queueDepth = 1 + (this.#facts.nodes.get(targetNodeId)?.lanes.get(tabSessionId)?.waiting.length ?? 0);
    for (const { id, session } of entry.submissions) {
      this.#replies.oweEvent(session.socket, id, { type: 'queued', targetNodeId, tabSessionId, queueDepth });
    }
    this.#lanes.putBack(carrier);
  }

  #isOverdue({ deadlineAt, entry, isCancelled }: ModelSubmission): boolean {
    const { now } = this.#facts;
    const { carrier, failure, outcome, phase } = entry;
    if (phase === 'recording') return outcome !== undefined && outcome.at + DISK_MS <= now;
    const isStopped = carrier?.stopAt !== undefined && carrier.stopAt <= now;
    return (
      failure !== undefined || phase === 'done' || phase === 'unknown' || deadlineAt <= now || isCancelled || isStopped
    );
  }

  #takeRouted(submission: ModelSubmission, { payload }: Frame): boolean {
    const { entry, id, isRouted } = submission;
    const { carrier, key, phase } = entry;
    if (payload['type'] !== 'routed') return false;
    const isLive = carrier !== undefined || phase === 'adopted';
    demand(!isRouted && isLive, 'executed_once', () => `${id} was routed once more; ${key} is ${phase}`);
    submission.isRouted = true;
    if (carrier === undefined) return true;
    demand(carrier.turnAt !== undefined, 'in_order', () => `${id} was routed before its turn had come`);
    const isReady = carrier.isRouted || this.#durables.isReady(entry, carrier);
    demand(isReady, 'on_disk_first', () => `${id} was routed before that was on disk`);
    return true;
  }

  #takeOutcome(submission: ModelSubmission, { messageType, payload }: Frame): boolean {
    const { entry } = submission;
    const { outcome } = entry;
    if (outcome?.messageType !== messageType || JSON.stringify(outcome.payload) !== JSON.stringify(payload)) {
      const isNodes = messageType === 'result';
      demand(!isNodes, 'same_outcome', () => `${submission.id} got what is not the outcome of ${entry.key}`);
      return false;
    }
    const isInTime = entry.phase === 'done' || outcome.at + DISK_MS <= this.#facts.now || this.#facts.isStopping;
    demand(isInTime, 'on_disk_first', () => `${submission.id} got the outcome of ${entry.key} before it was on disk`);
    this.#durables.remove(submission);
    this.#subscriptions.given(submission, outcome);
    return true;
  }

  #takeError(submission: ModelSubmission, { messageType, payload }: Frame): boolean {
    const { entry } = submission;
    const code = String(payload['code']);
    if (messageType !== 'error' || !this.#isReason(submission, code)) return false;
    const { carrier } = entry;
    const wasSent = carrier === undefined ? entry.phase !== 'carried' : carrier.isRouted;
    const mayHaveEffect = wasSent && !entry.hasNeverArrived;
    const isHonest = payload['effect'] === (mayHaveEffect ? 'unknown' : 'none');
    const isRightHint = payload['retryable'] === errorRow(code).canRetry;
    demand(isHonest && isRightHint, 'true_reason', () => `${submission.id}: ${code} tells ${JSON.stringify(payload)}`);
    this.#durables.remove(submission);
    if (entry.submissions.size > 0) return true;
    if (carrier !== undefined) this.#end(entry, carrier);
    else this.#durables.stopAdopted(entry);
    return true;
  }

  #isReason(submission: ModelSubmission, code: string): boolean {
    const { now } = this.#facts;
    const { deadlineAt, entry, isCancelled, session } = submission;
    const { carrier, failure, phase } = entry;
    if (failure === code) return true;
    switch (code) {
      case 'queue_wait_timed_out':
        return deadlineAt <= now && carrier?.isRouted === false;
      case 'command_timed_out':
        return deadlineAt <= now && carrier?.isRouted !== false;
      case 'command_cancelled':
        return isCancelled;
      case 'journal_unavailable':
        return carrier?.turnAt !== undefined && !carrier.isRouted && this.#durables.isDiskFull;
      case 'acl_missing_node_grant':
        return !this.#facts.allows(session, entry.nodeId) && phase !== 'recording' && phase !== 'done';
      case 'controller_revoked':
        return this.#facts.isRevoked(session);
      case 'relay_shutting_down':
        return this.#facts.isStopping;
      default:
        return false;
    }
  }

  #refuse(entry: ModelEntry, carrier: ModelCommand, code: string): void {
    this.#durables.fail(entry, code);
    carrier.isSettled = true;
    this.#lanes.release(carrier);
  }

  /** Nobody waits for it any more. */
  #end(entry: ModelEntry, carrier: ModelCommand): void {
    this.#durables.fail(entry, 'nobody waits');
    if (carrier.isRouted) {
      carrier.isSettled = true;
      this.#stop(carrier);
    } else this.#lanes.release(carrier);
  }
}

export interface SubmissionRooms {
  readonly facts: Facts;
  readonly lanes: Lanes;
  readonly durables: Durables;
  readonly replies: Replies;
  /** The node is told to stop, and has some time to do so. */
  readonly stop: (carrier: ModelCommand) => void;
  readonly subscriptions: ModelSubscriptions;
}
