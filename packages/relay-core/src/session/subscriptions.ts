import { isObject, scopesAllow, type Envelope } from '@telepat/otto-protocol';
import type { CommandOrder, PendingCommand, Settlement } from '../node/pending-command.js';
import { statusOf } from './command-log.js';
import type { Listeners } from './listeners.js';
import type { Session } from './session.js';
import type { Stream } from './stream.js';
import type { StreamEnding, Streams } from './streams.js';

/** What the outcomes of commands mean for listeners and streams, and what ends both. */
export class Subscriptions {
  readonly listeners: Listeners;
  readonly streams: Streams;
  readonly #joining = new WeakMap<PendingCommand, Stream>();

  constructor(listeners: Listeners, streams: Streams) {
    this.listeners = listeners;
    this.streams = streams;
  }

  /** Checks of a command that concern listeners; throws its refusal. */
  check(session: Session, order: CommandOrder): void {
    if (order.action === 'listener.subscribe') this.listeners.checkRoom(session);
    else if (order.action === 'listener.unsubscribe') this.listeners.checkTarget(session, order);
  }

  /** Whether an id is taken at a node, or in a session, by something that outlives its command. */
  isTaken(session: Session, nodeId: string, requestId: string): boolean {
    if (session.listeners.has(requestId) || session.streams.has(requestId)) return true;
    return this.listeners.find(nodeId, requestId) !== undefined || this.streams.find(nodeId, requestId) !== undefined;
  }

  /** A command's session has its terminal frame. */
  settled(session: Session, command: PendingCommand, settlement: Settlement): void {
    const { order } = command;
    if (order.action === 'listener.subscribe') this.#subscribeSettled(session, command, settlement);
    if (settlement.by !== 'node') return;
    if (order.action === 'listener.unsubscribe' && isGone(settlement.frame)) this.unsubscribed(session, order);
    if (order.action !== 'command.test' || !isOk(settlement.frame) || !session.isOpen) return;
    this.streams.open(session, order, settlement.frame.payload);
  }

  /** A node ended a subscription because its session wanted it, and the session knows. */
  unsubscribed(session: Session, { nodeId, subject = '' }: CommandOrder): void {
    const listener = session.listeners.get(subject);
    if (listener?.nodeId === nodeId) this.listeners.end(listener, { tellsNode: false });
  }

  /**
   * A node's answer came after the command had been settled: a subscription that nobody knows of must end, and one that
   * is over is over, which its session is told because its unsubscribe had another end.
   */
  late({ order, acceptedAt }: PendingCommand, session: Session | undefined, frame: Envelope): void {
    const { action, nodeId, subject = '' } = order;
    if (action === 'listener.subscribe' && isOk(frame)) this.listeners.unsubscribeAt(order);
    if (action !== 'listener.unsubscribe' || !isGone(frame)) return;
    const listener = session?.listeners.get(subject);
    // Its id may have been given to another one since.
    if (listener?.nodeId !== nodeId || listener.since > acceptedAt) return;
    this.listeners.end(listener, { tellsNode: false, reason: 'unsubscribed' });
  }

  /** A session ended: nobody hears its subscriptions any more. */
  sessionEnded(session: Session): void {
    for (const stream of [...session.streams.values()]) this.streams.end(stream, { outcome: 'cancelled' });
    for (const listener of [...session.listeners.values()]) this.listeners.end(listener, { tellsNode: true });
  }

  /** A session may no longer hear a node. */
  grantEnded(session: Session, nodeId: string): void {
    for (const stream of [...session.streams.values()]) {
      if (stream.nodeId === nodeId) this.streams.end(stream, { outcome: 'cancelled' });
    }
    for (const listener of [...session.listeners.values()]) {
      if (listener.nodeId !== nodeId) continue;
      this.listeners.end(listener, { tellsNode: true, reason: 'acl_missing_node_grant' });
    }
  }

  /** The scopes of a session have changed: what it hears by a right that it has no more ends. */
  scopesChanged(session: Session): void {
    const { scopes } = session.identity;
    for (const stream of [...session.streams.values()]) {
      if (!scopesAllow(scopes, stream.action)) this.streams.end(stream, { outcome: 'cancelled' });
    }
    if (scopesAllow(scopes, 'listener.subscribe')) return;
    for (const listener of [...session.listeners.values()]) {
      this.listeners.end(listener, { tellsNode: true, reason: 'forbidden_action' });
    }
  }

  /** A node is gone, or cannot be known to be the one that was subscribed to. */
  nodeEnded(nodeId: string): void {
    this.streams.endOfNode(nodeId);
    this.listeners.endOfNode(nodeId);
  }

  /** A subscribe was accepted: from here on it belongs to the stream that declared its listener. */
  accepted(session: Session, command: PendingCommand): void {
    const stream = this.streams.joinedBy(session, command.order);
    if (stream !== undefined) this.#joining.set(command, stream);
  }

  #subscribeSettled(session: Session, command: PendingCommand, settlement: Settlement): void {
    const { order } = command;
    const stream = this.#joining.get(command);
    if (settlement.by === 'relay' || !isOk(settlement.frame)) {
      const status = settlement.by === 'relay' ? settlement.code : statusOf(settlement.frame.payload);
      const isCancelled = status === 'command_cancelled' || status === 'cancelled';
      // Its session has changed its mind about this one: that is no failure of the stream.
      if (stream !== undefined && !isCancelled)
        this.streams.end(stream, STREAM_ENDINGS.get(status) ?? SUBSCRIBE_FAILED);
      return;
    }
    const isWanted = session.isOpen && (stream === undefined || this.streams.isLive(stream));
    if (isWanted) {
      this.listeners.add(session, order, stream);
      // The right to it may have ended while the node worked.
      this.scopesChanged(session);
    } else {
      this.listeners.unsubscribeAt(order);
    }
  }
}

const SUBSCRIBE_FAILED: StreamEnding = { outcome: 'failed', reason: 'listener_subscribe_failed' };
const SUBSCRIBE_TIMED_OUT: StreamEnding = { outcome: 'timed_out', reason: 'listener_subscribe_timeout' };

/** What ends a joined subscribe ends its stream in this way; anything else is a failure. */
const STREAM_ENDINGS: ReadonlyMap<string, StreamEnding> = new Map([
  ['command_timed_out', SUBSCRIBE_TIMED_OUT],
  ['timed_out', SUBSCRIBE_TIMED_OUT],
  ['queue_wait_timed_out', SUBSCRIBE_TIMED_OUT],
  ['node_disconnected', { outcome: 'failed', reason: 'node_disconnected' }],
]);

/** Whether a node that was asked to end a subscription has it no more. */
function isGone(frame: Envelope): boolean {
  return isOk(frame) || (isObject(frame.payload) && frame.payload['code'] === 'listener_not_found');
}

function isOk(frame: Envelope): boolean {
  return frame.messageType === 'result' && isObject(frame.payload) && frame.payload['ok'] === true;
}
