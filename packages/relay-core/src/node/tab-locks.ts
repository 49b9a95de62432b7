import type { ExchangeIds } from '@telepat/otto-protocol';
import type { Clock, Timer } from '../ports/clock.js';

/**
 * Which session holds which tab, and until when. A lease ends by itself, on time, with its holder, or by its wish; it
 * survives the node's reconnect, so locks are kept beside the nodes' channels and not in them.
 */
export class TabLocks {
  readonly #clock: Clock;
  readonly #watcher: TabLockWatcher;
  readonly #byNode = new Map<string, Map<string, TabLock>>();

  constructor(clock: Clock, watcher: TabLockWatcher) {
    this.#clock = clock;
    this.#watcher = watcher;
  }

  get size(): number {
    let size = 0;
    for (const locks of this.#byNode.values()) size += locks.size;
    return size;
  }

  *all(): Generator<TabLock> {
    for (const locks of this.#byNode.values()) yield* locks.values();
  }

  find(nodeId: string, tabSessionId: string): TabLock | undefined {
    return this.#byNode.get(nodeId)?.get(tabSessionId);
  }

  holderOf(nodeId: string, tabSessionId: string): object | undefined {
    return this.#byNode.get(nodeId)?.get(tabSessionId)?.holder;
  }

  /** Takes a free tab, or renews the holder's lease. The caller has checked that nobody else holds it. */
  hold(nodeId: string, tabSessionId: string, terms: LockTerms): TabLock {
    const known = this.find(nodeId, tabSessionId);
    known?.expiry.cancel();
    const lock: TabLock = {
      nodeId,
      tabSessionId,
      ...terms,
      expiresAt: this.#clock.now() + terms.leaseMs,
      expiry: this.#clock.after(terms.leaseMs, () => {
        this.#forget(lock);
        this.#watcher.lockExpired(lock);
      }),
    };
    const locks = this.#byNode.get(nodeId) ?? new Map<string, TabLock>();
    this.#byNode.set(nodeId, locks);
    locks.set(tabSessionId, lock);
    return lock;
  }

  /** Ends a lease before its time. */
  release(lock: TabLock): void {
    if (this.find(lock.nodeId, lock.tabSessionId) !== lock) return;
    lock.expiry.cancel();
    this.#forget(lock);
    this.#watcher.lockReleased(lock);
  }

  close(): void {
    for (const locks of this.#byNode.values()) for (const lock of locks.values()) lock.expiry.cancel();
    this.#byNode.clear();
  }

  #forget(lock: TabLock): void {
    const locks = this.#byNode.get(lock.nodeId);
    locks?.delete(lock.tabSessionId);
    if (locks?.size === 0) this.#byNode.delete(lock.nodeId);
  }
}

/** Its ids are those of the `tab_lock` that took or last renewed it. */
export interface LockTerms extends ExchangeIds {
  /** The session's own mark, as `CommandOwner.holders` gives it. */
  readonly holder: object;
  readonly leaseMs: number;
}

/** One lease; renewing it makes a new one in its place. */
export interface TabLock extends LockTerms {
  readonly nodeId: string;
  readonly tabSessionId: string;
  /** Epoch milliseconds, for display; the timer decides. */
  readonly expiresAt: number;
  readonly expiry: Timer;
}

/** Told after a lock has ended; the tab is free by then. */
export interface TabLockWatcher {
  lockReleased(lock: TabLock): void;
  lockExpired(lock: TabLock): void;
}
