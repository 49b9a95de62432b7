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
  readonly #byHolder = new Map<object, LinkedQueue<PendingCommand>>();

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
  isBusyFor(owner: CommandOwner, holder: object | undefined): boolean {
    if (this.running !== undefined) return true;
    return holder === owner.holder ? this.#byHolder.has(holder) : this.#waiting.length > 0;
  }

  push(command: PendingCommand): void {
    const { holder } = command.owner;
    const own = this.#byHolder.get(holder) ?? new LinkedQueue<PendingCommand>();
    this.#byHolder.set(holder, own);
    command.place = { inLane: this.#waiting.push(command), inOwn: own.push(command) };
  }

  /** Puts a command back whose turn had come, in front of all others. */
  pushFirst(command: PendingCommand): void {
    const { holder } = command.owner;
    const own = this.#byHolder.get(holder) ?? new LinkedQueue<PendingCommand>();
    this.#byHolder.set(holder, own);
    command.place = { inLane: this.#waiting.unshift(command), inOwn: own.unshift(command) };
  }

  /** Takes a waiting command out, wherever it stands. */
  remove(command: PendingCommand): void {
    const { place } = command;
    const { holder } = command.owner;
    if (place === undefined) return;
    command.place = undefined;
    this.#waiting.remove(place.inLane);
    const own = this.#byHolder.get(holder);
    own?.remove(place.inOwn);
    if (own?.length === 0) this.#byHolder.delete(holder);
  }

  /** The command whose turn it is: the oldest, or while somebody holds the lock the oldest of the holder's. */
  takeNext(holder: object | undefined): PendingCommand | undefined {
    if (this.running !== undefined) return undefined;
    const next = holder === undefined ? this.#waiting.first : this.#byHolder.get(holder)?.first;
    if (next !== undefined) this.remove(next);
    return next;
  }
}

/** Where a waiting command stands. */
export interface LanePlace {
  readonly inLane: QueueEntry<PendingCommand>;
  readonly inOwn: QueueEntry<PendingCommand>;
}
