import { LOCK_LEASE_MS_DEFAULT, LOCK_LEASE_MS_MAX, LOCK_LEASE_MS_MIN } from '@telepat/otto-protocol/limits';
import { lockKey, type Facts, type Frame, type ModelLock, type ModelSession } from './facts.js';
import type { Lanes } from './lanes.js';
import type { Quotas } from './quotas.js';
import type { Replies } from './replies.js';
import type { Shares } from './shares.js';

/** Leases of tabs: who holds what, and what is answered to those who ask. */
export class Locks {
  readonly #facts: Facts;
  readonly #replies: Replies;
  readonly #quotas: Quotas;
  readonly #lanes: Lanes;
  readonly #shares: Shares;

  constructor(rooms: { facts: Facts; replies: Replies; quotas: Quotas; lanes: Lanes; shares: Shares }) {
    this.#facts = rooms.facts;
    this.#replies = rooms.replies;
    this.#quotas = rooms.quotas;
    this.#lanes = rooms.lanes;
    this.#shares = rooms.shares;
  }

  lock(session: ModelSession, frame: Frame): void {
    const problem = this.#senderProblem(session) ?? (this.#quotas.takeToken(session) ? undefined : 'rate_limited');
    const tab = problem === undefined ? this.#tabOf(frame) : problem;
    if (typeof tab === 'string') {
      this.#replies.oweError(session.socket, frame.requestId, tab);
      return;
    }
    if (!this.#facts.allows(session, tab.nodeId)) {
      this.#replies.oweError(session.socket, frame.requestId, 'acl_missing_node_grant');
      return;
    }
    const held = this.#facts.locks.get(lockKey(tab.nodeId, tab.tab));
    if (held !== undefined && held.session !== session) this.#conflict(session, frame, held);
    else this.#hold(session, frame, tab, held === undefined ? 'lock_acquired' : 'lock_renewed');
  }

  unlock(session: ModelSession, frame: Frame): void {
    const tab = this.#senderProblem(session) ?? this.#tabOf(frame);
    if (typeof tab === 'string') {
      this.#replies.oweError(session.socket, frame.requestId, tab);
      return;
    }
    const { nodeId, tab: tabSessionId } = tab;
    const held = this.#facts.locks.get(lockKey(nodeId, tabSessionId));
    if (held !== undefined && held.session !== session) {
      this.#replies.oweError(session.socket, frame.requestId, 'lock_not_owned');
      return;
    }
    this.#facts.locks.delete(lockKey(nodeId, tabSessionId));
    const payload = { type: 'lock_released', targetNodeId: nodeId, tabSessionId };
    this.#replies.oweEvent(session.socket, frame.requestId, payload);
  }

  /** Leases end on time, and their holder hears of it. */
  due(): void {
    for (const [key, lock] of this.#facts.locks) {
      if (lock.expiresAt > this.#facts.now) continue;
      this.#facts.locks.delete(key);
      const payload = { type: 'lock_expired', targetNodeId: lock.nodeId, tabSessionId: lock.tab };
      this.#replies.oweEvent(lock.session.socket, lock.requestId, payload);
    }
  }

  releaseOf(session: ModelSession, nodeId?: string): void {
    for (const [key, lock] of this.#facts.locks) {
      if (lock.session === session && (nodeId === undefined || lock.nodeId === nodeId)) this.#facts.locks.delete(key);
    }
    this.#lanes.advance();
  }

  /** The relay noticed that the right to a lock had lapsed. */
  lapsed(nodeId: string, tab: string): void {
    const lock = this.#facts.locks.get(lockKey(nodeId, tab));
    if (lock === undefined || this.#facts.allows(lock.session, nodeId)) return;
    this.#facts.locks.delete(lockKey(nodeId, tab));
    this.#lanes.advance();
  }

  #hold(session: ModelSession, frame: Frame, place: Place, type: 'lock_acquired' | 'lock_renewed'): void {
    const { nodeId, tab } = place;
    const asked = frame.payload['lockLeaseMs'] ?? LOCK_LEASE_MS_DEFAULT;
    if (typeof asked !== 'number') {
      this.#replies.oweError(session.socket, frame.requestId, 'invalid_envelope');
      return;
    }
    if (type === 'lock_acquired' && !this.#shares.hasLockRoom(session)) {
      this.#replies.oweError(session.socket, frame.requestId, 'too_many_locks');
      return;
    }
    const leaseMs = Math.min(Math.max(asked, LOCK_LEASE_MS_MIN), LOCK_LEASE_MS_MAX);
    const expiresAt = this.#facts.now + leaseMs;
    const { requestId } = frame;
    this.#facts.locks.set(lockKey(nodeId, tab), { nodeId, tab, session, requestId, expiresAt });
    this.#replies.oweEvent(session.socket, requestId, {
      type,
      targetNodeId: nodeId,
      tabSessionId: tab,
      lockOwnerControllerId: session.controllerId,
      lockLeaseMs: leaseMs,
      lockExpiresAt: this.#facts.time.wall + leaseMs,
    });
  }

  #conflict(session: ModelSession, { requestId }: Frame, held: ModelLock): void {
    const { nodeId, tab } = held;
    const lockOwnerControllerId = held.session.controllerId;
    const payload = { type: 'lock_conflict', targetNodeId: nodeId, tabSessionId: tab, lockOwnerControllerId };
    this.#replies.oweError(session.socket, requestId, 'tab_locked', { retryable: true });
    this.#replies.oweEvent(session.socket, requestId, payload);
  }

  #senderProblem(session: ModelSession): string | undefined {
    if (session.person.role !== 'controller') return 'forbidden_role';
    return this.#facts.isRemoved(session) ? 'controller_revoked' : undefined;
  }

  #tabOf({ payload }: Frame): Place | string {
    const { targetNodeId, tabSessionId } = payload;
    if (targetNodeId === undefined) return 'missing_target_node';
    if (tabSessionId === undefined) return 'missing_tab_session';
    if (typeof targetNodeId !== 'string' || typeof tabSessionId !== 'string') return 'invalid_envelope';
    return { nodeId: targetNodeId, tab: tabSessionId };
  }
}

interface Place {
  readonly nodeId: string;
  readonly tab: string;
}
