import { isObject } from '@telepat/otto-protocol';
import type { Facts, Frame, ModelCommand, ModelListener, ModelSession, ModelStream, ModelSubmission } from './facts.js';
import type { OwnCommands } from './own-commands.js';
import type { Replies } from './replies.js';
import type { Shares } from './shares.js';

const DATA_FLAGS: Readonly<Record<string, string>> = {
  cancelled: 'streamCancelled',
  failed: 'streamFailed',
  timed_out: 'streamTimedOut',
};

/** Who hears what, and which streams live. */
export class ModelSubscriptions {
  readonly #facts: Facts;
  readonly #replies: Replies;
  readonly #own: OwnCommands;
  readonly #shares: Shares;

  constructor({ facts, replies, own, shares }: SubscriptionRooms) {
    this.#facts = facts;
    this.#replies = replies;
    this.#own = own;
    this.#shares = shares;
  }

  find(nodeId: string, id: string): ModelListener | undefined {
    for (const listener of this.#facts.listeners()) {
      if (listener.nodeId === nodeId && listener.id === id) return listener;
    }
    return undefined;
  }

  /** A node ended a command, and its owner hears it. */
  settledByNode(command: ModelCommand, frame: Frame): void {
    const { action, session, subject } = command;
    if (action === 'listener.subscribe') this.#subscribeAnswered(command, frame);
    if (session.phase !== 'open') return;
    const target = action === 'listener.unsubscribe' ? session.listeners.get(subject ?? '') : undefined;
    if (target !== undefined && isGone(frame)) this.#end(target);
    if (action === 'command.test' && isOk(frame)) this.#openStream(command, frame.payload);
  }

  /** A session was given the outcome of a durable command: one stream at a time is opened by it. */
  given(
    { entry, id, session }: ModelSubmission,
    { messageType, payload }: { messageType: string; payload: unknown },
  ): void {
    const [action, tab, input]: unknown[] = JSON.parse(entry.deed);
    if (messageType !== 'result' || !isObject(payload) || payload['ok'] !== true || session.phase !== 'open') return;
    const { nodeId, stream } = entry;
    if (action === 'listener.unsubscribe' && isObject(input)) {
      const target = session.listeners.get(String(input['targetRequestId']));
      if (target?.nodeId === nodeId) this.#end(target);
    }
    const isOpen = stream !== undefined && stream.session.streams.get(stream.id) === stream;
    if (action !== 'command.test' || isOpen) return;
    entry.stream = this.#openStream({ id, nodeId, tab: typeof tab === 'string' ? tab : undefined, session }, payload);
  }

  /** A node's answer came when its command had ended: what it began must end. */
  late({ action, acceptedAt, id, nodeId, session, subject }: ModelCommand, frame: Frame): void {
    if (action === 'listener.subscribe' && isOk(frame)) this.#own.oweUnsubscribe(nodeId, id);
    const target = action === 'listener.unsubscribe' ? session.listeners.get(subject ?? '') : undefined;
    if (target?.nodeId !== nodeId || target.since > acceptedAt || !isGone(frame)) return;
    this.#end(target);
    this.#replies.oweEvent(session.socket, target.id, { type: 'listener_ended', reason: 'unsubscribed' });
  }

  settledByRelay(command: ModelCommand, code: string): void {
    if (command.action !== 'listener.subscribe' || code === 'command_cancelled') return;
    const { stream } = command;
    if (stream === undefined) return;
    const isTimeout = code === 'command_timed_out' || code === 'queue_wait_timed_out';
    if (isTimeout) this.endStream(stream, 'timed_out', ['listener_subscribe_timeout']);
    else if (code === 'node_disconnected')
      this.endStream(stream, 'failed', ['node_disconnected'], { tellsNode: false });
    else this.endStream(stream, 'failed', ['listener_subscribe_failed']);
  }

  /** The stream of the same session, node and tab that declared the listener of a subscribe. */
  streamFor({ action, session, nodeId, tab, subject }: ModelCommand): ModelStream | undefined {
    if (action !== 'listener.subscribe') return undefined;
    return [...session.streams.values()].find(
      (stream) => stream.nodeId === nodeId && stream.tab === tab && stream.declared.includes(subject ?? ''),
    );
  }

  /** A session hears how many updates it has missed: once it reads again, or when there will be no more. */
  tellDropped({ listeners, socket }: ModelSession): void {
    for (const listener of listeners.values()) {
      if (listener.dropped === 0) continue;
      const told = { type: 'listener_updates_dropped', count: listener.dropped };
      this.#replies.oweEvent(socket, listener.id, told, { invariant: 'drops_are_counted' });
      listener.dropped = 0;
    }
  }

  sessionEnded(session: ModelSession): void {
    session.streams.clear();
    for (const listener of session.listeners.values()) this.#own.oweUnsubscribe(listener.nodeId, listener.id);
    session.listeners.clear();
  }

  /** A grant ended: what its client hears of the node ends with it. */
  grantEnded(session: ModelSession, nodeId: string): void {
    const live = [...this.#facts.liveCommands()];
    for (const stream of session.streams.values()) {
      if (stream.nodeId !== nodeId) continue;
      // A subscribe that was about to join it fails first, and the stream with it.
      const isJoined = live.some((command) => command.stream === stream && !command.isSettled);
      if (isJoined) this.endStream(stream, 'failed', ['listener_subscribe_failed']);
      else this.endStream(stream, 'cancelled', []);
    }
    for (const listener of session.listeners.values()) {
      if (listener.nodeId !== nodeId) continue;
      this.#end(listener);
      this.#replies.oweEvent(session.socket, listener.id, { type: 'listener_ended', reason: 'acl_missing_node_grant' });
      this.#own.oweUnsubscribe(nodeId, listener.id);
    }
  }

  /** A node went away, or cannot be known to be the one that was subscribed to. */
  nodeEnded(nodeId: string): void {
    for (const stream of this.#facts.streams()) {
      if (stream.nodeId === nodeId) this.endStream(stream, 'failed', ['node_disconnected'], { tellsNode: false });
    }
    for (const listener of this.#facts.listeners()) if (listener.nodeId === nodeId) this.#endLost(listener);
  }

  /** A stream ends with one further result, and its listeners end with it. */
  endStream(
    stream: ModelStream,
    outcome: 'cancelled' | 'failed' | 'timed_out',
    reasons: readonly string[],
    options: { tellsNode: boolean } = { tellsNode: true },
  ): void {
    const { id, session } = stream;
    if (session.streams.get(id) !== stream) return;
    session.streams.delete(id);
    for (const listener of session.listeners.values()) {
      if (listener.stream !== stream) continue;
      if (!options.tellsNode) this.#endLost(listener);
      else {
        this.#end(listener);
        this.#own.oweUnsubscribe(listener.nodeId, listener.id);
      }
    }
    this.#replies.owe(session.socket, {
      what: `the last result of stream ${id}, ${outcome}`,
      matches: ({ messageType, requestId, senderRole, payload }) => {
        if (messageType !== 'result' || requestId !== id || senderRole !== 'relay') return false;
        const data = payload['data'];
        const isFlagged = isObject(data) && data[DATA_FLAGS[outcome] ?? ''] === true;
        const isReason = isObject(data) && (reasons.length === 0 || reasons.includes(String(data['reason'])));
        return payload['commandOutcome'] === outcome && isFlagged && isReason;
      },
    });
  }

  #subscribeAnswered(command: ModelCommand, frame: Frame): void {
    const { id, nodeId, session, stream } = command;
    const isWanted = stream === undefined || session.streams.get(stream.id) === stream;
    if (!isOk(frame)) {
      const isCancelled = frame.payload['code'] === 'command_cancelled';
      if (stream !== undefined && !isCancelled) this.endStream(stream, 'failed', ['listener_subscribe_failed']);
    } else if (session.phase === 'open' && isWanted) {
      session.listeners.set(id, { id, nodeId, session, stream, since: this.#facts.now, dropped: 0 });
    } else {
      this.#own.oweUnsubscribe(nodeId, id);
    }
  }

  #end(listener: ModelListener): void {
    this.tellDropped(listener.session);
    listener.session.listeners.delete(listener.id);
  }

  /** Its node is gone, and its owner is told. */
  #endLost(listener: ModelListener): void {
    this.#end(listener);
    const payload = { type: 'listener_ended', reason: 'node_disconnected' };
    this.#replies.oweEvent(listener.session.socket, listener.id, payload);
  }

  #openStream({ id, nodeId, tab, session }: StreamPlace, payload: object): ModelStream | undefined {
    const data = 'data' in payload ? payload.data : undefined;
    const stream = isObject(data) ? data['stream'] : undefined;
    const listeners = isObject(stream) ? stream['listeners'] : undefined;
    if (!Array.isArray(listeners) || !this.#shares.hasListenerRoom(session)) return undefined;
    const declared = listeners.flatMap((each: unknown) => (isObject(each) ? [String(each['listener'])] : []));
    if (declared.length === 0) return undefined;
    const opened = { id, nodeId, tab, session, declared };
    session.streams.set(id, opened);
    return opened;
  }
}

/** Whether a terminal frame says that its command succeeded. */
export function isOk({ messageType, payload }: Frame): boolean {
  return messageType === 'result' && payload['ok'] === true;
}

/** Whether a node that was asked to end a subscription has it no more. */
function isGone(frame: Frame): boolean {
  return isOk(frame) || frame.payload['code'] === 'listener_not_found';
}

type StreamPlace = Omit<ModelStream, 'declared'>;

interface SubscriptionRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly own: OwnCommands;
  readonly shares: Shares;
}
