import { isObject } from '@telepat/otto-protocol';
import type { Facts, Frame, ModelCommand, ModelListener, ModelSession, ModelStream } from './facts.js';
import type { OwnCommands } from './own-commands.js';
import type { Replies } from './replies.js';

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

  constructor(facts: Facts, replies: Replies, own: OwnCommands) {
    this.#facts = facts;
    this.#replies = replies;
    this.#own = own;
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
    if (!isOk(frame) || session.phase !== 'open') return;
    if (action === 'command.test') this.#openStream(command, frame);
    const target = action === 'listener.unsubscribe' ? session.listeners.get(subject ?? '') : undefined;
    if (target !== undefined) session.listeners.delete(target.id);
  }

  /** A node's answer came when its command had ended: what it began must end. */
  late(command: ModelCommand, frame: Frame): void {
    if (command.action === 'listener.subscribe' && isOk(frame)) this.#own.oweUnsubscribe(command.nodeId, command.id);
  }

  settledByRelay(command: ModelCommand, code: string): void {
    if (command.action !== 'listener.subscribe' || code === 'command_cancelled') return;
    const stream = this.#streamFor(command);
    if (stream === undefined) return;
    const isTimeout = code === 'command_timed_out' || code === 'queue_wait_timed_out';
    if (isTimeout) this.endStream(stream, 'timed_out', ['listener_subscribe_timeout']);
    // Whichever of the two the relay sees first.
    else this.endStream(stream, 'failed', ['listener_subscribe_failed', 'node_disconnected']);
  }

  sessionEnded(session: ModelSession): void {
    session.streams.clear();
    for (const listener of session.listeners.values()) this.#own.oweUnsubscribe(listener.nodeId, listener.id);
    session.listeners.clear();
  }

  /** A grant ended: what its client hears of the node ends with it. */
  grantEnded(session: ModelSession, nodeId: string): void {
    for (const stream of session.streams.values())
      if (stream.nodeId === nodeId) this.endStream(stream, 'cancelled', []);
    for (const listener of session.listeners.values()) {
      if (listener.nodeId !== nodeId) continue;
      session.listeners.delete(listener.id);
      this.#replies.oweEvent(session.socket, listener.id, { type: 'listener_ended', reason: 'acl_missing_node_grant' });
      this.#own.oweUnsubscribe(nodeId, listener.id);
    }
  }

  /** A node went away, or cannot be known to be the one that was subscribed to. */
  nodeEnded(nodeId: string): void {
    for (const stream of this.#facts.streams()) {
      // A subscribe on its way to the stream may fail first.
      const reasons = ['node_disconnected', 'listener_subscribe_failed'];
      if (stream.nodeId === nodeId) this.endStream(stream, 'failed', reasons, { tellsNode: false });
    }
    for (const { id, nodeId: at, session } of this.#facts.listeners()) {
      if (at !== nodeId) continue;
      session.listeners.delete(id);
      this.#replies.oweEvent(session.socket, id, { type: 'listener_ended', reason: 'node_disconnected' });
    }
  }

  /** A stream ends with one further result, and its listeners end with it. */
  endStream(
    stream: ModelStream,
    outcome: 'cancelled' | 'failed' | 'timed_out',
    reasons: readonly string[],
    options: { tellsNode: boolean } = { tellsNode: true },
  ): void {
    const { id, session } = stream;
    if (!session.streams.delete(id)) return;
    for (const listener of session.listeners.values()) {
      if (listener.stream !== stream) continue;
      session.listeners.delete(listener.id);
      if (options.tellsNode) this.#own.oweUnsubscribe(listener.nodeId, listener.id);
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
    const { id, nodeId, session } = command;
    const stream = this.#streamFor(command);
    if (!isOk(frame)) {
      if (stream !== undefined) this.endStream(stream, 'failed', ['listener_subscribe_failed']);
    } else if (session.phase === 'open') {
      session.listeners.set(id, { id, nodeId, session, stream, dropped: 0 });
    } else {
      this.#own.oweUnsubscribe(nodeId, id);
    }
  }

  /** The stream of the same session, node and tab that declared the listener. */
  #streamFor({ session, nodeId, tab, subject }: ModelCommand): ModelStream | undefined {
    return [...session.streams.values()].find(
      (stream) => stream.nodeId === nodeId && stream.tab === tab && stream.declared.includes(subject ?? ''),
    );
  }

  #openStream({ id, nodeId, tab, session }: ModelCommand, { payload }: Frame): void {
    const { data } = payload;
    const stream = isObject(data) ? data['stream'] : undefined;
    const listeners = isObject(stream) ? stream['listeners'] : undefined;
    if (!Array.isArray(listeners)) return;
    const declared = listeners.flatMap((each: unknown) => (isObject(each) ? [String(each['listener'])] : []));
    if (declared.length > 0) session.streams.set(id, { id, nodeId, tab, session, declared });
  }
}

/** Whether a terminal frame says that its command succeeded. */
export function isOk({ messageType, payload }: Frame): boolean {
  return messageType === 'result' && payload['ok'] === true;
}
