import type { Effect, Envelope, ErrorCode, OttoError } from '@telepat/otto-protocol';
import type { Timer } from '../ports/clock.js';
import type { Acknowledgement } from './acknowledgement.js';
import type { LanePlace } from './lane.js';
import type { QueueEntry } from './linked-queue.js';
import type { OutgoingText } from './outgoing-text.js';

/**
 * One command from its acceptance until its node is done with it. Towards its owner it ends once, with `settle`; in its
 * tab it ends when the node has answered or had its time to stop, which may be later.
 */
export class PendingCommand {
  readonly order: CommandOrder;
  readonly owner: CommandOwner;
  /** Monotonic milliseconds of its acceptance. */
  readonly acceptedAt: number;
  /** The frame left for the node. */
  isSent = false;
  /** Milliseconds from its acceptance until it was sent. */
  waitedMs: number | undefined;
  /** The owner has its terminal frame. */
  isSettled = false;
  /** Nobody came back for it in time: that is why its node is told to stop. */
  isUnattended = false;
  /** Its place in the tab's queue, while it waits. */
  place: LanePlace | undefined;
  /** Its place among those of its identity that its node is not done with. */
  ofIdentity: QueueEntry<PendingCommand> | undefined;
  deadline: Timer | undefined;
  /** Armed once the node was told to stop: after it, the tab is free whatever the node says. */
  draining: Timer | undefined;

  constructor(order: CommandOrder, owner: CommandOwner, acceptedAt: number) {
    this.order = order;
    this.owner = owner;
    this.acceptedAt = acceptedAt;
  }

  get requestId(): string {
    return this.order.requestId;
  }

  /** What is known of its effect at the node when the relay ends it. */
  get effect(): Effect {
    return this.isSent ? 'unknown' : 'none';
  }
}

/** What was asked for, as it was checked. */
export interface CommandOrder {
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly traceparent?: string | undefined;
  readonly nodeId: string;
  readonly action: string;
  /** The tab whose queue it takes its turn in; undefined when it needs none. */
  readonly lane: string | undefined;
  /** The tab that it names, whether or not it queues there. */
  readonly tabSessionId: string | undefined;
  /** Of a `listener.subscribe` the listener's name, of a `listener.unsubscribe` the subscription that it ends. */
  readonly subject: string | undefined;
  readonly waits: boolean;
  readonly timeoutMs: number;
  readonly readOnly: boolean;
  /** Its idempotency key, and the digest of what was asked under it. */
  readonly durable: { readonly key: string; readonly hash: string } | undefined;
  /** The frame for the node, encoded from what was checked; copies of an order share it. */
  readonly outgoing: OutgoingText;
  /** Bytes of the frame as it came: what counts towards the owner's queue. */
  readonly byteLength: number;
  /** What the log says of its input; of the relay's own commands nothing. */
  readonly summary?: { readonly dataBytes: number; readonly keys?: readonly string[]; readonly payload?: unknown };
}

/** Who sent a command, as the node's channel sees it. */
export interface CommandOwner {
  /** The relay itself: its commands take nobody's room. */
  readonly isRelay: boolean;
  /** Whose locks let it in: of a durable command each session that waits for it. Compared, nothing else. */
  readonly holders: Iterable<object>;
  isHolder(holder: object): boolean;
  /** Its ids, as log entries carry them; of the relay none. */
  logIds(): OwnerIds;
  /** Called before the command takes a place in a queue; throws the overflow when the owner has too many waiting. */
  reserveQueuePlace(command: PendingCommand): void;
  /** Called once when it left the queue, for whatever reason. */
  leaveQueue(command: PendingCommand): void;
  /** Called before a command is taken in; throws when the owner has too many in flight. */
  reserveFlight(command: PendingCommand): void;
  /** Why a command that waited may no longer run; undefined when it may. */
  refusal(command: PendingCommand): ErrorCode | undefined;
  /** Called when its turn has come: it is sent once `ready` runs, and ended when `failed` does. */
  prepare(command: PendingCommand, ready: () => void, failed: (code: ErrorCode) => void): void;
  acknowledge(command: PendingCommand, said: Acknowledgement): void;
  /** The one terminal outcome. */
  settle(command: PendingCommand, settlement: Settlement): void;
  /** The node is done with it, too: nothing of it is left in the channel. */
  released(command: PendingCommand): void;
}

/** By whom a command was sent: a registered client, or a controller without one. */
export interface OwnerIds {
  readonly clientId?: string;
  readonly controllerId?: string;
}

/** The node's own terminal frame, passed on as the bytes that came; or an error of the relay's making. */
export type Settlement =
  | { readonly by: 'node'; readonly frame: Envelope; readonly bytes: Uint8Array }
  | { readonly by: 'relay'; readonly code: ErrorCode; readonly error: OttoError };
