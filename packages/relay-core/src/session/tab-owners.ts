import { isObject } from '@telepat/otto-protocol';
import { TAB_OWNER_CHECK_MS } from '@telepat/otto-protocol/limits';
import type { Clock, Timer } from '../ports/clock.js';
import type { Change, Collection, TabOwner } from '../ports/storage.js';

/**
 * Which identity has opened tabs at which node, kept over restarts of the relay, so that no tab is forgotten when relay
 * or node were away at the wrong time.
 */
export class TabOwners {
  readonly #options: TabOwnersOptions;
  readonly #owners = new Map<string, TabOwner>();
  /** Monotonic milliseconds of the newest tab of each owner that this run of the relay has seen. */
  readonly #lastOpenedAt = new Map<string, number>();
  readonly #checks = new Map<string, Timer>();

  constructor(options: TabOwnersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#owners.size;
  }

  all(): Iterable<TabOwner> {
    return this.#owners.values();
  }

  async load(): Promise<void> {
    for (const [id, owner] of await this.#options.store.all()) this.#owners.set(id, owner);
  }

  /**
   * A node answered a command: a tab that was opened makes its owner worth remembering.
   * @returns whether one was
   */
  note(controllerClientId: string, { action, nodeId }: OpeningOrder, outcome: OpeningOutcome): boolean {
    if (action !== 'primitive.tab.open' || !isOk(outcome)) return false;
    const id = idOf(controllerClientId, nodeId);
    this.#lastOpenedAt.set(id, this.#options.clock.ticks());
    if (this.#owners.has(id)) return true;
    const owner = { controllerClientId, nodeId, since: this.#options.clock.now() };
    this.#owners.set(id, owner);
    this.#write({ put: id, value: owner });
    return true;
  }

  /** Whether those on record at a node still have time to come back. */
  awaitsCheck(nodeId: string): boolean {
    return this.#checks.has(nodeId);
  }

  /** A node has answered `close_owned`: nothing of that identity is left there, but for what was opened since. */
  closed(controllerClientId: string, nodeId: string, dispatchedAt: number): void {
    const id = idOf(controllerClientId, nodeId);
    if ((this.#lastOpenedAt.get(id) ?? -Infinity) >= dispatchedAt) return;
    this.#lastOpenedAt.delete(id);
    if (this.#owners.delete(id)) this.#write({ remove: id });
  }

  /** A node authenticated: those on record have some time to come back before their tabs there are closed. */
  nodeCame(nodeId: string): void {
    this.nodeLeft(nodeId);
    const timer = this.#options.clock.after(TAB_OWNER_CHECK_MS, () => {
      this.#checks.delete(nodeId);
      for (const owner of [...this.#owners.values()]) {
        if (owner.nodeId === nodeId) this.#options.checkDue(owner);
      }
    });
    this.#checks.set(nodeId, timer);
  }

  nodeLeft(nodeId: string): void {
    this.#checks.get(nodeId)?.cancel();
    this.#checks.delete(nodeId);
  }

  close(): void {
    for (const timer of this.#checks.values()) timer.cancel();
    this.#checks.clear();
  }

  /** Memory is the truth; a record that does not reach the disk costs at most tabs that stay open after a restart. */
  #write(change: Change<TabOwner>): void {
    this.#options.store.write([change]).catch(this.#options.reportBug);
  }
}

function isOk({ messageType, payload }: OpeningOutcome): boolean {
  return messageType === 'result' && isObject(payload) && payload['ok'] === true;
}

function idOf(controllerClientId: string, nodeId: string): string {
  return `${nodeId}\n${controllerClientId}`;
}

export interface TabOwnersOptions {
  readonly clock: Clock;
  readonly store: Collection<TabOwner>;
  /** The time of one on record is over: its tabs at that node are to be closed unless it has a session. */
  readonly checkDue: (owner: TabOwner) => void;
  readonly reportBug: (error: unknown) => void;
}

/** What was asked for, where. */
interface OpeningOrder {
  readonly action: unknown;
  readonly nodeId: string;
}

/** A node's terminal frame, or what is on record of one. */
interface OpeningOutcome {
  readonly messageType: string;
  readonly payload: unknown;
}
