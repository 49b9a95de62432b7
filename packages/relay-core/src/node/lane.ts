import { LinkedQueue, type QueueEntry } from './linked-queue.js';
import type { CommandOwner, PendingCommand } from './pending-command.js';

/**
 * One tab: one command running, the rest waiting in the order they came. Each waiting command stands in all of the tab's
 * queue and in one of each session that waits for it, so that the turn of a lock's holder is found as quickly as
 * anybody's.
 */
export class Lane {
  readonly key: string;
  running: PendingCommand | undefined;
  readonly #count: { count: number };
  readonly #waiting = new LinkedQueue<PendingCommand>();
  /** Made once somebody waits: most lanes have one command in their life. */
  #byHolder: Map<object, LinkedQueue<PendingCommand>> | undefined;

  /** `waiting` counts what waits over all lanes of a node. */
  constructor(key: string, waiting = { count: 0 }) {
    this.key = key;
    this.#count = waiting;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  /** The one that waits longest. */
  get head(): PendingCommand | undefined {
    return this.#waiting.first;
  }

  get isIdle(): boolean {
    return this.running === undefined && this.#waiting.length === 0;
  }

  /** Whether a command that arrives now would have to wait behind another one of the lane. */
  isBusyFor(owner: CommandOwner, holder: object | undefined): boolean {
    if (this.running !== undefined) return true;
    const isHolders = holder !== undefined && owner.isHolder(holder);
    return isHolders ? this.#byHolder?.has(holder) === true : this.#waiting.length > 0;
  }

  push(command: PendingCommand): void {
    this.#count.count += 1;
    const inOwn: OwnPlace[] = [];
    for (const holder of command.owner.holders) inOwn.push({ holder, entry: this.#ownOf(holder).push(command) });
    command.place = { inLane: this.#waiting.push(command), inOwn };
  }

  /** Puts a command back whose turn had come, in front of all others. */
  pushFirst(command: PendingCommand): void {
    this.#count.count += 1;
    const inOwn: OwnPlace[] = [];
    for (const holder of command.owner.holders) inOwn.push({ holder, entry: this.#ownOf(holder).unshift(command) });
    command.place = { inLane: this.#waiting.unshift(command), inOwn };
  }

  /** Somebody else waits for a waiting command, too: among that session's own it is the newest. */
  join(command: PendingCommand, holder: object): void {
    const inOwn = command.place?.inOwn;
    if (inOwn === undefined || inOwn.some((own) => own.holder === holder)) return;
    inOwn.push({ holder, entry: this.#ownOf(holder).push(command) });
  }

  /** A session waits no more for a command that others still wait for. */
  leave(command: PendingCommand, holder: object): void {
    const { place } = command;
    const own = place?.inOwn.find((each) => each.holder === holder);
    if (place === undefined || own === undefined) return;
    place.inOwn.splice(place.inOwn.indexOf(own), 1);
    this.#removeOwn(own);
  }

  /** Takes a waiting command out, wherever it stands. */
  remove(command: PendingCommand): void {
    const { place } = command;
    if (place === undefined) return;
    command.place = undefined;
    this.#count.count -= 1;
    this.#waiting.remove(place.inLane);
    for (const own of place.inOwn) this.#removeOwn(own);
  }

  /** The command whose turn it is: the oldest, or while somebody holds the lock the oldest of the holder's. */
  takeNext(holder: object | undefined): PendingCommand | undefined {
    if (this.running !== undefined) return undefined;
    const next = holder === undefined ? this.#waiting.first : this.#byHolder?.get(holder)?.first;
    if (next !== undefined) this.remove(next);
    return next;
  }

  #ownOf(holder: object): LinkedQueue<PendingCommand> {
    this.#byHolder ??= new Map();
    const own = this.#byHolder.get(holder) ?? new LinkedQueue<PendingCommand>();
    this.#byHolder.set(holder, own);
    return own;
  }

  #removeOwn({ holder, entry }: OwnPlace): void {
    const own = this.#byHolder?.get(holder);
    own?.remove(entry);
    if (own?.length === 0) this.#byHolder?.delete(holder);
  }
}

/** Where a waiting command stands. */
export interface LanePlace {
  readonly inLane: QueueEntry<PendingCommand>;
  /** In the queue of each session that waits for it: nearly always one. */
  readonly inOwn: OwnPlace[];
}

interface OwnPlace {
  readonly holder: object;
  readonly entry: QueueEntry<PendingCommand>;
}
