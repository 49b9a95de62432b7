import { OttoError } from '@telepat/otto-protocol';
import { IN_FLIGHT_PER_NODE_MAX, UNTABBED_PER_NODE_MAX } from '@telepat/otto-protocol/limits';
import { contextOf } from './command-context.js';
import type { PendingCommand } from './pending-command.js';

/** Counts what one node has in flight, so that there is never too much of it. */
export class Flights {
  /** Commands that wait in lanes: the lanes count them here. */
  readonly waiting = { count: 0 };
  #untabbedCount = 0;
  #relaysCount = 0;

  /**
   * Takes room for a command; one that waits will be in flight, too, and is refused while too much is. It is not asked
   * again when its turn comes: where a lock has kept a tab idle, its first one leaves above the bound.
   * @throws OttoError `too_many_commands`
   */
  reserve(command: PendingCommand, liveCount: number): void {
    const isUntabbed = command.order.tabSessionId === undefined;
    const hasRoom = liveCount - this.waiting.count - this.#relaysCount < IN_FLIGHT_PER_NODE_MAX;
    if (!hasRoom || (isUntabbed && this.#untabbedCount >= UNTABBED_PER_NODE_MAX)) {
      throw new OttoError('too_many_commands', contextOf(command, 'too_many_commands'));
    }
    command.owner.reserveFlight(command);
    if (isUntabbed) this.#untabbedCount += 1;
  }

  /** Counts a command of the relay's own, which takes no room from others. */
  addRelays(): void {
    this.#relaysCount += 1;
  }

  release({ order, owner }: PendingCommand): void {
    if (owner.isRelay) this.#relaysCount -= 1;
    else if (order.tabSessionId === undefined) this.#untabbedCount -= 1;
  }

  clear(): void {
    this.waiting.count = 0;
    this.#untabbedCount = 0;
    this.#relaysCount = 0;
  }
}
