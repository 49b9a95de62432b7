import { LinkedQueue } from './linked-queue.js';
import type { PendingCommand } from './pending-command.js';

/** One tab: one command running, the rest waiting in the order they came. */
export class Lane {
  readonly key: string;
  running: PendingCommand | undefined;
  readonly waiting = new LinkedQueue<PendingCommand>();

  constructor(key: string) {
    this.key = key;
  }

  /** Whether a newly arriving command would have to wait. */
  get isBusy(): boolean {
    return this.running !== undefined || this.waiting.length > 0;
  }

  get isIdle(): boolean {
    return !this.isBusy;
  }

  /** The command whose turn it is; undefined while one runs or none waits. */
  takeNext(): PendingCommand | undefined {
    if (this.running !== undefined) return undefined;
    const next = this.waiting.shift();
    if (next !== undefined) next.place = undefined;
    return next;
  }
}
