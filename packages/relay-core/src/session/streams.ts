import { isDeeperThan, isObject, type CommandOutcome, type Envelope, type ResultPayload } from '@telepat/otto-protocol';
import {
  JSON_DEPTH_MAX,
  LISTENERS_PER_IDENTITY_MAX,
  KEPT_STRING_LENGTH_MAX,
  STREAM_LISTENERS_MAX,
  STREAM_LISTENER_LENGTH_MAX,
} from '@telepat/otto-protocol/limits';
import type { LogBook } from '../logs/log-book.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Clock } from '../ports/clock.js';
import type { Listeners } from './listeners.js';
import { PerNodeTable } from './per-node-table.js';
import type { Session } from './session.js';
import type { Stream } from './stream.js';

/** Stream sessions: opened by a `command.test` that declares listeners, ended by one further `result`. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #table = new PerNodeTable<Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#table.size;
  }

  find(nodeId: string, requestId: string): Stream | undefined {
    return this.#table.find(nodeId, requestId);
  }

  isLive(stream: Stream): boolean {
    return this.#table.find(stream.nodeId, stream.requestId) === stream;
  }

  isAnywhere(requestId: string): boolean {
    return this.#table.isAnywhere(requestId);
  }

  /** Opens the stream that a result declares, if it does and its identity has room. */
  open(session: Session, order: CommandOrder, result: Envelope): void {
    const declared = declaredListeners(result);
    const { ledger } = session;
    if (declared === undefined || ledger.listenerCount >= LISTENERS_PER_IDENTITY_MAX) return;
    const { requestId, traceId, nodeId, tabSessionId, action } = order;
    const openedAt = this.#options.clock.ticks();
    const ids = { requestId, traceId, nodeId, tabSessionId, action };
    const stream: Stream = { ...ids, session, declared, joined: new Set(), openedAt };
    this.#table.add(stream);
    session.streams.set(requestId, stream);
    ledger.listenerCount += 1;
    this.#log(stream, 'stream_opened', { listeners: [...declared] });
  }

  /** The stream that a subscribe of this session joins. */
  joinedBy(session: Session, order: CommandOrder): Stream | undefined {
    for (const stream of session.streams.values()) {
      const isSamePlace = stream.nodeId === order.nodeId && stream.tabSessionId === order.tabSessionId;
      if (isSamePlace && order.subject !== undefined && stream.declared.has(order.subject)) return stream;
    }
    return undefined;
  }

  /** Ends a stream, and its listeners with it: the session gets the further `result` that says how. */
  end(stream: Stream, ending: StreamEnding): void {
    if (!this.#table.remove(stream)) return;
    const { session, requestId, action } = stream;
    session.streams.delete(requestId);
    session.ledger.listenerCount -= 1;
    const isNodeGone = ending.reason === 'node_disconnected';
    const how = isNodeGone ? { tellsNode: false, reason: 'node_disconnected' } : { tellsNode: true };
    for (const listener of [...stream.joined]) this.#options.listeners.end(listener, how);

    const { outcome, reason } = ending;
    const payload: ResultPayload = {
      ok: outcome === 'cancelled',
      durationMs: this.#options.clock.ticks() - stream.openedAt,
      action,
      commandOutcome: outcome,
      data: { [DATA_FLAGS[outcome]]: true, ...(reason === undefined ? {} : { reason }) },
    };
    session.reply('result', stream, payload);
    this.#log(stream, 'stream_ended', { outcome, ...(reason === undefined ? {} : { reason }) });
  }

  endOfNode(nodeId: string): void {
    for (const stream of this.#table.ofNode(nodeId)) {
      this.end(stream, { outcome: 'failed', reason: 'node_disconnected' });
    }
  }

  #log(stream: Stream, type: 'stream_opened' | 'stream_ended', data: Record<string, unknown>): void {
    const { requestId, nodeId, session, action } = stream;
    this.#options.log.write({
      level: 'info',
      source: 'relay',
      type,
      requestId,
      ...session.logIds(),
      nodeId,
      action,
      data,
    });
  }
}

/** The field of the last result's data that says how the stream ended. */
const DATA_FLAGS = { cancelled: 'streamCancelled', failed: 'streamFailed', timed_out: 'streamTimedOut' } as const;

export interface StreamEnding {
  readonly outcome: Extract<CommandOutcome, keyof typeof DATA_FLAGS>;
  readonly reason?: 'listener_subscribe_failed' | 'listener_subscribe_timeout' | 'node_disconnected';
}

export interface StreamsOptions {
  readonly clock: Clock;
  readonly log: LogBook;
  readonly listeners: Listeners;
}

/** The names under `data.stream.listeners` of a result; what is too much or too large does not count. */
function declaredListeners(result: Envelope): ReadonlySet<string> | undefined {
  const data = isObject(result.payload) ? result.payload['data'] : undefined;
  const stream = isObject(data) ? data['stream'] : undefined;
  const listeners = isObject(stream) ? stream['listeners'] : undefined;
  if (!Array.isArray(listeners)) return undefined;

  const names = new Set<string>();
  for (const declaration of listeners.slice(0, STREAM_LISTENERS_MAX)) {
    const name: unknown = isObject(declaration) ? declaration['listener'] : undefined;
    if (typeof name !== 'string' || name === '' || name.length > KEPT_STRING_LENGTH_MAX) continue;
    // What is nested too deep cannot be written out, not even to be measured.
    if (isDeeperThan(declaration, JSON_DEPTH_MAX)) continue;
    if (JSON.stringify(declaration).length <= STREAM_LISTENER_LENGTH_MAX) names.add(name);
  }
  return names.size === 0 ? undefined : names;
}
