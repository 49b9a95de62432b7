import type { ErrorCode } from '@telepat/otto-protocol';
import { routed } from './acknowledgement.js';
import type { Lane } from './lane.js';
import type { PendingCommand } from './pending-command.js';

/** What happens when a command's turn has come: it is sent, or first noted in the journal if it is durable. */
export class Turns {
  readonly #channel: TurnsChannel;

  constructor(channel: TurnsChannel) {
    this.#channel = channel;
  }

  /** A durable command first waits for the journal, and keeps its place meanwhile. */
  start(command: PendingCommand): void {
    if (command.order.durable === undefined) {
      this.send(command);
      return;
    }
    command.owner.prepare(
      command,
      () => this.#prepared(command),
      (code) => this.#channel.end(command, code),
    );
  }

  /** The owner hears first, so that even an answer that comes at once stands behind its `routed`. */
  send(command: PendingCommand): void {
    const { outgoing, tabSessionId } = command.order;
    command.isSent = true;
    command.owner.acknowledge(command, routed(this.#channel.nodeId, tabSessionId));
    this.#channel.sendText(outgoing.take());
  }

  /** Whether somebody else holds the tab that a command names. */
  isLockedFor({ order: { tabSessionId }, owner }: PendingCommand): boolean {
    const holder = tabSessionId === undefined ? undefined : this.#channel.holderOf(tabSessionId);
    return holder !== undefined && !owner.isHolder(holder);
  }

  /** Rights and locks may have changed while the journal worked: they are looked at again. */
  #prepared(command: PendingCommand): void {
    if (!this.#channel.isLive(command)) return;
    const refusal = command.owner.refusal(command);
    if (refusal !== undefined) this.#channel.end(command, refusal);
    else if (!this.isLockedFor(command)) this.send(command);
    else if (command.order.waits && command.order.lane !== undefined) this.#putBack(command);
    else this.#channel.end(command, 'tab_locked');
  }

  /** Back to the head of its lane: its turn comes again with the end of the lock. */
  #putBack(command: PendingCommand): void {
    const lane = this.#channel.laneOf(command.order.lane ?? '');
    try {
      command.owner.reserveQueuePlace(command);
    } catch {
      // Its owner has no room left for one that waits, so it cannot wait.
      this.#channel.end(command, 'tab_locked');
      return;
    }
    if (lane === undefined) return;
    lane.running = undefined;
    lane.pushFirst(command);
    const { nodeId: targetNodeId } = this.#channel;
    command.owner.acknowledge(command, {
      type: 'queued',
      targetNodeId,
      tabSessionId: lane.key,
      queueDepth: lane.depth,
    });
    this.#channel.startNext(lane);
  }
}

/** What turns need of the channel that they are taken in. */
export interface TurnsChannel {
  readonly nodeId: string;
  /** Who holds the lock of a tab of this node. */
  readonly holderOf: (tabSessionId: string) => object | undefined;
  readonly laneOf: (key: string) => Lane | undefined;
  readonly isLive: (command: PendingCommand) => boolean;
  readonly sendText: (text: string) => void;
  readonly end: (command: PendingCommand, reason: ErrorCode) => void;
  readonly startNext: (lane: Lane) => void;
}
