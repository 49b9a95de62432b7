import { OttoError, type ExchangeIds } from '@telepat/otto-protocol';
import { traceFields } from '../logs/trace-fields.js';
import type { LogBook } from '../logs/log-book.js';
import type { EndedRequests } from '../node/ended-requests.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { RelayCommands } from '../node/relay-commands.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Listener } from './listener.js';
import { PerNodeTable } from './per-node-table.js';
import type { Session } from './session.js';
import type { Stream } from './stream.js';

/** The log hears of a subscription's updates this often at the most, as a sum. */
const TALLY_MS = 1_000;

/** Who hears which subscription: active from the node's delivered `ok` until either side, or its right, goes away. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #table = new PerNodeTable<Listener>();
  readonly #tallies = new Map<Listener, Timer>();
  /** Of sessions that read too slowly: the subscriptions that missed something. */
  readonly #missing = new WeakMap<Session, Missing>();

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#table.size;
  }

  find(nodeId: string, requestId: string): Listener | undefined {
    return this.#table.find(nodeId, requestId);
  }

  /** Checks that a subscribe may be sent: an identity has so many and no more, those on their way included. */
  checkRoom(session: Session): void {
    if (session.ledger.hasListenerRoom()) return;
    throw new OttoError('too_many_listeners', { effect: 'none' });
  }

  /**
   * Checks that an unsubscribe may be sent: its target must be the session's own, at that node.
   * @throws OttoError `missing_listener_target`, `listener_not_found`, `…_owner_mismatch`, `…_node_mismatch`
   */
  checkTarget(session: Session, order: CommandOrder): void {
    const { nodeId, subject } = order;
    if (subject === undefined) throw new OttoError('missing_listener_target', { effect: 'none', nodeId });
    const own = session.listeners.get(subject);
    if (own?.nodeId === nodeId) return;
    if (own !== undefined) throw new OttoError('listener_node_mismatch', { effect: 'none', nodeId });
    const code = this.#table.isAnywhere(subject) ? 'listener_owner_mismatch' : 'listener_not_found';
    throw new OttoError(code, { effect: 'none', nodeId });
  }

  /** The node said ok to a subscribe, and its session has heard it. */
  add(session: Session, order: CommandOrder, stream: Stream | undefined): void {
    const { requestId, traceId, traceparent, nodeId, subject: name = '' } = order;
    const tally = { count: 0, bytes: 0, dropped: 0 };
    const since = this.#options.clock.ticks();
    const ids = { requestId, traceId, traceparent, nodeId, name };
    const listener: Listener = { ...ids, since, session, stream, tally, droppedCount: 0 };
    this.#table.add(listener);
    session.listeners.set(requestId, listener);
    session.ledger.listenerCount += 1;
    stream?.joined.add(listener);
    this.#log(listener, 'listener_subscribed', { listener: name });
  }

  /** Passes an update on, or counts it as left out while its reader is too slow. */
  deliver(listener: Listener, bytes: Uint8Array): void {
    const { session, tally } = listener;
    this.#countLater(listener);
    tally.count += 1;
    tally.bytes += bytes.byteLength;
    if (session.bufferedBytes() > this.#options.bufferedBytesMax) {
      tally.dropped += 1;
      this.#drop(listener);
      return;
    }
    // Its place in the row is before the next update that gets through.
    if (listener.droppedCount > 0) this.#tellDropped(session);
    session.send(bytes);
  }

  /** Ends a subscription; the node is told unless it knows or is gone, the session when there is a reason to tell. */
  end(listener: Listener, options: { tellsNode: boolean; reason?: string }): void {
    if (!this.#table.remove(listener)) return;
    const { session, requestId, stream } = listener;
    this.#tellDropped(session);
    session.listeners.delete(requestId);
    session.ledger.listenerCount -= 1;
    this.#options.endedRequests.note(listener.nodeId, requestId, session.logIds());
    stream?.joined.delete(listener);
    this.#flushTally(listener);
    this.#log(listener, 'listener_ended', { reason: options.reason ?? 'unsubscribed' });
    if (options.reason !== undefined) {
      session.reply('event', listener, { type: 'listener_ended', reason: options.reason });
    }
    if (options.tellsNode) this.unsubscribeAt(listener);
  }

  endOfNode(nodeId: string): void {
    for (const listener of this.#table.ofNode(nodeId)) {
      this.end(listener, { tellsNode: false, reason: 'node_disconnected' });
    }
  }

  /** Tells a node that nobody hears a subscription any more. */
  unsubscribeAt({ nodeId, ...ids }: ExchangeIds & { readonly nodeId: string }): void {
    const channel = this.#options.nodes.get(nodeId);
    if (channel === undefined) return;
    const input = { targetRequestId: ids.requestId };
    this.#options.relayCommands.send(channel, { action: 'listener.unsubscribe', input, trace: ids });
  }

  /** Whether an update for this id came from the wrong node, rather than for nobody. */
  isElsewhere(requestId: string): boolean {
    return this.#table.isAnywhere(requestId);
  }

  close(): void {
    for (const timer of this.#tallies.values()) timer.cancel();
    this.#tallies.clear();
  }

  #drop(listener: Listener): void {
    const { session } = listener;
    const missing = this.#missing.get(session) ?? { listeners: new Set(), isAwaited: false };
    this.#missing.set(session, missing);
    missing.listeners.add(listener);
    listener.droppedCount += 1;
    if (missing.isAwaited) return;
    missing.isAwaited = true;
    session.whenDrained(() => {
      missing.isAwaited = false;
      this.#tellDropped(session);
    });
  }

  #tellDropped(session: Session): void {
    const listeners = this.#missing.get(session)?.listeners;
    for (const listener of listeners ?? []) {
      session.reply('event', listener, { type: 'listener_updates_dropped', count: listener.droppedCount });
      listener.droppedCount = 0;
    }
    listeners?.clear();
  }

  #countLater(listener: Listener): void {
    if (this.#tallies.has(listener)) return;
    const timer = this.#options.clock.after(TALLY_MS, () => this.#flushTally(listener));
    this.#tallies.set(listener, timer);
  }

  #flushTally(listener: Listener): void {
    this.#tallies.get(listener)?.cancel();
    this.#tallies.delete(listener);
    const { tally } = listener;
    if (tally.count === 0) return;
    this.#log(listener, 'listener_update', { count: tally.count, bytes: tally.bytes, dropped: tally.dropped });
    tally.count = 0;
    tally.bytes = 0;
    tally.dropped = 0;
  }

  #log(
    listener: Listener,
    type: 'listener_subscribed' | 'listener_update' | 'listener_ended',
    data: Record<string, unknown>,
  ): void {
    const { requestId, nodeId, session } = listener;
    const source = type === 'listener_update' ? 'node' : 'relay';
    this.#options.log.write({
      level: 'info',
      source,
      type,
      requestId,
      ...traceFields(listener),
      ...session.logIds(),
      nodeId,
      data,
    });
  }
}

interface Missing {
  readonly listeners: Set<Listener>;
  /** They are told as soon as the session has read enough. */
  isAwaited: boolean;
}

export interface ListenersOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly nodes: NodeDirectory;
  readonly endedRequests: EndedRequests;
  readonly relayCommands: RelayCommands;
  readonly bufferedBytesMax: number;
}
