import { LinkedQueue, type QueueEntry } from './linked-queue.js';
import type { CommandOwner, PendingCommand } from './pending-command.js';

/**
 * One tab: one command running, the rest waiting in the order they came. Each waiting command stands in two queues, all
 * of the tab's and its owner's own, so that the turn of a lock's holder is found as quickly as anybody's.
 */
export class Lane {
  readonly key: string;
  running: PendingCommand | undefined;
  readonly #waiting = new LinkedQueue<PendingCommand>();
  readonly #byOwner = new Map<CommandOwner, LinkedQueue<PendingCommand>>();

  constructor(key: string) {
    this.key = key;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  get isIdle(): boolean {
    return this.running === undefined && this.#waiting.length === 0;
  }

  /** Whether a command that arrives now would have to wait behind another one of the lane. */
  isBusyFor(owner: CommandOwner, holder: CommandOwner | undefined): boolean {
    if (this.running !== undefined) return true;
    return holder === owner ? this.#byOwner.has(owner) : this.#waiting.length > 0;
  }

  push(command: PendingCommand): void {
    const { owner } = command;
    const own = this.#byOwner.get(owner) ?? new LinkedQueue<PendingCommand>();
    this.#byOwner.set(owner, own);
    command.place = { inLane: this.#waiting.push(command), inOwn: own.push(command) };
  }

  /** Takes a waiting command out, wherever it stands. */
  remove(command: PendingCommand): void {
    const { place, owner } = command;
    if (place === undefined) return;
    command.place = undefined;
    this.#waiting.remove(place.inLane);
    const own = this.#byOwner.get(owner);
    own?.remove(place.inOwn);
    if (own?.length === 0) this.#byOwner.delete(owner);
  }

  /** The command whose turn it is: the oldest, or while somebody holds the lock the oldest of the holder's. */
  takeNext(holder: CommandOwner | undefined): PendingCommand | undefined {
    if (this.running !== undefined) return undefined;
    const next = holder === undefined ? this.#waiting.first : this.#byOwner.get(holder)?.first;
    if (next !== undefined) this.remove(next);
    return next;
  }
}

/** Where a waiting command stands. */
export interface LanePlace {
  readonly inLane: QueueEntry<PendingCommand>;
  readonly inOwn: QueueEntry<PendingCommand>;
}
