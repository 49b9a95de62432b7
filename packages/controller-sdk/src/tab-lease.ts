import { OttoError, isObject, isRetryable, type Envelope } from '@telepat/otto-protocol';
import { LOCK_LEASE_MS_DEFAULT } from '@telepat/otto-protocol/limits';
import { backoffMs, type Timer } from '@telepat/otto-relay-link';
import { askRelay, lostError } from './ask-relay.js';
import type { Loss, Session } from './session.js';

/** A lease is renewed when it has passed so many times in part, so that two renewals may fail before it ends. */
const RENEWALS_PER_LEASE = 3;

/**
 * The lock of one tab, for as long as it is wanted: while it is held, no other controller's command starts in the tab.
 * It renews itself, and is taken again after a lost connection. `release` it, or leave that to `await using`.
 *
 * @example
 * await using lease = await tab.lock();
 * await tab.navigate('https://shop.test/cart', { signal: lease.lost });
 */
export class TabLease {
  readonly nodeId: string;
  readonly tabSessionId: string;
  readonly #session: Session;
  readonly #options: LockOptions;
  readonly #lost = new AbortController();
  /** Aborts at the end, whatever its reason. */
  readonly #over = new AbortController();
  #requestId = '';
  #retakenCount = 0;
  #failures = 0;
  #isInterrupted = false;
  #renewal: Timer | undefined;
  #expiry: Timer | undefined;
  #leave: () => void = () => {};

  private constructor(session: Session, { nodeId, tabSessionId, ...options }: LockedTab & LockOptions) {
    this.#session = session;
    this.nodeId = nodeId;
    this.tabSessionId = tabSessionId;
    this.#options = options;
  }

  /**
   * What `tab.lock()` does.
   *
   * @throws OttoError `tab_locked` when another controller holds the lock, or as every question to the relay
   */
  static async take(session: Session, tab: LockedTab & LockOptions): Promise<TabLease> {
    const lease = new TabLease(session, tab);
    try {
      await lease.#ask(tab.signal);
      if (!session.isReady) throw lostError(session.loss, lease.#requestId, 'unknown');
      // An answer that took longer than the lease comes together with its end.
      if (lease.lost.aborted) throw OttoError.from(lease.lost.reason);
    } catch (error) {
      // The relay may have given the lock although nobody waits for its answer any more.
      const isRefused = error instanceof OttoError && error.effect === 'none';
      if (isRefused) lease.#end();
      else void lease.release();
      throw error;
    }
    lease.#leave = session.join({ lost: (loss) => lease.#onLost(loss), returned: () => void lease.#keep() });
    return lease;
  }

  /** Aborts when the lock is lost; its reason is the OttoError that says why. `release` does not abort it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether the lock is held, as far as this end can know. */
  get isHeld(): boolean {
    return !this.#over.signal.aborted && !this.#isInterrupted;
  }

  /**
   * How often it was taken again after a lost connection. A lock ends with its connection, so in between others may have
   * used the tab; who cannot bear that asks for `retake: false`.
   */
  get retakenCount(): number {
    return this.#retakenCount;
  }

  /** Gives the lock back. Never fails: what does not get through ends with its lease or its connection. */
  async release(): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#end();
    const question = { type: 'tab_unlock', payload: this.#tab, answers: ['lock_released'] } as const;
    try {
      await askRelay(this.#session, question);
    } catch {
      // As promised: the lock ends all the same, and there is nothing that the caller could do.
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  get #tab(): { targetNodeId: string; tabSessionId: string } {
    return { targetNodeId: this.nodeId, tabSessionId: this.tabSessionId };
  }

  /** Renews the lease, or takes the lock again. */
  async #keep(): Promise<void> {
    try {
      await this.#ask(this.#over.signal);
    } catch (error) {
      this.#onRefused(OttoError.from(error));
    }
  }

  async #ask(signal: AbortSignal | undefined): Promise<void> {
    const { leaseMs } = this.#options;
    const payload = { ...this.#tab, ...(leaseMs === undefined ? {} : { lockLeaseMs: leaseMs }) };
    const answers = ['lock_acquired', 'lock_renewed'];
    const { clock } = this.#session.platform;
    const askedAt = clock.ticks();
    const onFurther = (frame: Envelope): void => this.#onNews(frame);
    const answer = await askRelay(this.#session, { type: 'tab_lock', payload, answers, signal, onFurther });
    if (this.#over.signal.aborted) {
      this.#session.forget(answer.requestId);
      return;
    }
    this.#session.forget(this.#requestId);
    this.#requestId = answer.requestId;
    this.#hold(answer.payload['lockLeaseMs'], clock.ticks() - askedAt);
  }

  /** The relay's lease began after we asked, so counted from then it ends too early rather than too late. */
  #hold(given: unknown, passedMs: number): void {
    const leaseMs = typeof given === 'number' ? given : LOCK_LEASE_MS_DEFAULT;
    const { clock } = this.#session.platform;
    if (this.#isInterrupted) this.#retakenCount += 1;
    this.#isInterrupted = false;
    this.#failures = 0;
    this.#renewal?.cancel();
    this.#expiry?.cancel();
    this.#renewal = clock.after(leaseMs / RENEWALS_PER_LEASE - passedMs, () => void this.#keep());
    this.#expiry = clock.after(leaseMs - passedMs, () => this.#lose(this.#expired()));
  }

  #onRefused(error: OttoError): void {
    // Without a connection the session's word follows, or came already.
    if (this.#over.signal.aborted || !this.#session.isReady) return;
    // Our own former session may still hold it, until the relay notices its end.
    const isInTheWay = error.code === 'tab_locked' && !this.#isInterrupted;
    if (isInTheWay || !isRetryable(error.code, { effect: 'none' })) {
      this.#lose(error);
      return;
    }
    const { clock, random } = this.#session.platform;
    this.#renewal?.cancel();
    this.#renewal = clock.after(backoffMs(this.#failures, random), () => void this.#keep());
    this.#failures += 1;
  }

  #onNews(frame: Envelope): void {
    const type = isObject(frame.payload) ? frame.payload['type'] : undefined;
    if (type === 'lock_expired') this.#lose(this.#expired());
  }

  #onLost(loss: Loss): void {
    this.#isInterrupted = true;
    this.#renewal?.cancel();
    this.#session.forget(this.#requestId);
    if (loss.isFinal || this.#options.retake === false) this.#lose(lostError(loss, this.#requestId, 'unknown'));
  }

  #expired(): OttoError {
    const context = { requestId: this.#requestId, nodeId: this.nodeId, tabSessionId: this.tabSessionId };
    if (!this.#session.isReady) return lostError(this.#session.loss, this.#requestId, 'unknown');
    return new OttoError('lock_not_owned', { ...context, message: 'The lease of the lock has run out.' });
  }

  #lose(error: OttoError): void {
    if (this.#over.signal.aborted) return;
    this.#end();
    this.#lost.abort(error);
  }

  #end(): void {
    this.#over.abort();
    this.#renewal?.cancel();
    this.#expiry?.cancel();
    this.#session.forget(this.#requestId);
    this.#leave();
  }
}

export interface LockedTab {
  readonly nodeId: string;
  readonly tabSessionId: string;
}

/** How long the lease of a lock is, and what becomes of it when the connection is lost. */
export interface LockOptions {
  /** How long the relay keeps the lock without a renewal, in milliseconds: 50–600,000. Default 30,000. */
  readonly leaseMs?: number | undefined;
  /** Whether to take the lock again after a lost connection (default), or to report it as lost at once. */
  readonly retake?: boolean | undefined;
  /** Gives up waiting for the relay's answer. It does not end a lock that was taken. */
  readonly signal?: AbortSignal | undefined;
}
