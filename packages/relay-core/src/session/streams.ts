import { isDeeperThan, isObject, utf8Length, type CommandOutcome, type ResultPayload } from '@telepat/otto-protocol';
import {
  JSON_DEPTH_MAX,
  KEPT_STRING_LENGTH_MAX,
  STREAM_LISTENERS_MAX,
  STREAM_LISTENER_LENGTH_MAX,
} from '@telepat/otto-protocol/limits';
import { traceFields } from '../logs/trace-fields.js';
import type { LogBook } from '../logs/log-book.js';
import type { EndedRequests } from '../node/ended-requests.js';
import type { CommandOrder } from '../node/pending-command.js';
import type { Clock } from '../ports/clock.js';
import { elapsedMs } from '../ports/elapsed-ms.js';
import type { Listeners } from './listeners.js';
import { PerNodeTable } from './per-node-table.js';
import type { Session } from './session.js';
import type { Stream } from './stream.js';

/** Stream sessions: opened by a `command.test` that declares listeners, ended by one further `result`. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #table = new PerNodeTable<Stream>();
  /** Of each session, by what may join: where several streams declare the same, the oldest of them. */
  readonly #joinable = new WeakMap<Session, Map<string, Set<Stream>>>();

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

  /**
   * Opens the stream that the payload of a result declares, if it does and its identity has room; `ended` runs with its
   * end.
   * @returns whether it did
   */
  open(session: Session, order: CommandOrder, result: unknown, ended?: () => void): boolean {
    const declared = declaredListeners(result);
    const { ledger } = session;
    if (declared === undefined || !ledger.hasListenerRoom()) return false;
    const { requestId, traceId, traceparent, nodeId, tabSessionId, action } = order;
    const openedAt = this.#options.clock.ticks();
    const ids = { requestId, traceId, traceparent, nodeId, tabSessionId, action };
    const stream: Stream = { ...ids, session, declared, joined: new Set(), openedAt, ended };
    this.#table.add(stream);
    session.streams.set(requestId, stream);
    this.#offer(stream);
    ledger.listenerCount += 1;
    this.#log(stream, 'stream_opened', { listeners: [...declared] });
    return true;
  }

  /** The stream that a subscribe of this session joins. */
  joinedBy(session: Session, order: CommandOrder): Stream | undefined {
    if (order.subject === undefined) return undefined;
    const [oldest] = this.#joinable.get(session)?.get(joinKey(order, order.subject)) ?? [];
    return oldest;
  }

  /** Ends a stream, and its listeners with it: the session gets the further `result` that says how. */
  end(stream: Stream, ending: StreamEnding): void {
    if (!this.#table.remove(stream)) return;
    const { session, requestId, action } = stream;
    session.streams.delete(requestId);
    this.#withdraw(stream);
    session.ledger.listenerCount -= 1;
    this.#options.endedRequests.note(stream.nodeId, requestId, session.logIds());
    stream.ended?.();
    const isNodeGone = ending.reason === 'node_disconnected';
    const how = isNodeGone ? { tellsNode: false, reason: 'node_disconnected' } : { tellsNode: true };
    for (const listener of [...stream.joined]) this.#options.listeners.end(listener, how);

    const { outcome, reason } = ending;
    const payload: ResultPayload = {
      ok: outcome === 'cancelled',
      durationMs: elapsedMs(this.#options.clock, stream.openedAt),
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

  #offer(stream: Stream): void {
    const ofSession = this.#joinable.get(stream.session) ?? new Map<string, Set<Stream>>();
    this.#joinable.set(stream.session, ofSession);
    for (const name of stream.declared) {
      const key = joinKey(stream, name);
      const streams = ofSession.get(key) ?? new Set();
      ofSession.set(key, streams.add(stream));
    }
  }

  #withdraw(stream: Stream): void {
    const ofSession = this.#joinable.get(stream.session);
    for (const name of stream.declared) {
      const key = joinKey(stream, name);
      const streams = ofSession?.get(key);
      streams?.delete(stream);
      if (streams?.size === 0) ofSession?.delete(key);
    }
  }

  #log(stream: Stream, type: 'stream_opened' | 'stream_ended', data: Record<string, unknown>): void {
    const { requestId, nodeId, session, action } = stream;
    this.#options.log.write({
      level: 'info',
      source: 'relay',
      type,
      requestId,
      ...traceFields(stream),
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
  readonly endedRequests: EndedRequests;
  readonly listeners: Listeners;
}

/** What a subscribe and the stream that it joins have in common. */
function joinKey({ nodeId, tabSessionId }: { nodeId: string; tabSessionId: string | undefined }, name: string): string {
  return JSON.stringify([nodeId, tabSessionId ?? null, name]);
}

/** The names under `data.stream.listeners` of a result; what is too much or too large does not count. */
function declaredListeners(result: unknown): ReadonlySet<string> | undefined {
  const data = isObject(result) ? result['data'] : undefined;
  const stream = isObject(data) ? data['stream'] : undefined;
  const listeners = isObject(stream) ? stream['listeners'] : undefined;
  if (!Array.isArray(listeners)) return undefined;

  const names = new Set<string>();
  for (const declaration of listeners.slice(0, STREAM_LISTENERS_MAX)) {
    const name: unknown = isObject(declaration) ? declaration['listener'] : undefined;
    if (typeof name !== 'string' || name === '' || name.length > KEPT_STRING_LENGTH_MAX) continue;
    // What is nested too deep cannot be written out, not even to be measured.
    if (isDeeperThan(declaration, JSON_DEPTH_MAX)) continue;
    if (utf8Length(JSON.stringify(declaration)) <= STREAM_LISTENER_LENGTH_MAX) names.add(name);
  }
  return names.size === 0 ? undefined : names;
}
