import { errorRow } from '@telepat/otto-protocol';
import type { Admission } from './admission.js';
import type { Durables } from './durables.js';
import type { Facts, Frame, ModelCommand, ModelSession } from './facts.js';
import type { Fates } from './fates.js';
import type { Followers } from './followers.js';
import type { Lanes } from './lanes.js';
import type { Quotas } from './quotas.js';
import type { Replies } from './replies.js';
import type { Submissions } from './submissions.js';
import type { ModelSubscriptions } from './subscriptions.js';

const KEEP_TABS_MS_MAX = 600_000;
const LOG_SOURCES: readonly unknown[] = ['relay', 'controller', 'node', 'all'];

/** What a frame of a controller must lead to. */
export class FromControllers {
  readonly #rooms: FromControllerRooms;

  constructor(rooms: FromControllerRooms) {
    this.#rooms = rooms;
  }

  command(session: ModelSession, frame: Frame): void {
    const { admission, replies } = this.#rooms;
    const verdict = admission.judge(session, frame);
    if (verdict.is === 'refused') {
      const { code } = verdict;
      replies.oweError(session.socket, frame.requestId, code, { effect: 'none', retryable: errorRow(code).canRetry });
      return;
    }
    if (verdict.is === 'attached') {
      this.#rooms.durables.attach(verdict.entry, verdict.command);
      return;
    }
    const isDurable = verdict.command.key !== undefined;
    const command = isDurable ? this.#rooms.durables.carry(verdict.command) : verdict.command;
    command.stream = this.#rooms.subscriptions.streamFor(command);
    this.#rooms.lanes.accept(command);
    if (verdict.is === 'queued') this.#oweQueued(command, verdict.depth);
    else if (!isDurable) this.#oweRouted(command);
  }

  cancel(session: ModelSession, { requestId, payload }: Frame): void {
    const { durables, facts, fates, replies, submissions, subscriptions } = this.#rooms;
    const { targetRequestId } = payload;
    const refuse = (code: string): void => replies.oweError(session.socket, requestId, code);
    if (session.person.role !== 'controller') return refuse('forbidden_role');
    if (targetRequestId === undefined || targetRequestId === '') return refuse('missing_target_request');
    if (typeof targetRequestId !== 'string') return refuse('invalid_envelope');
    const acknowledge = (status: string): void =>
      replies.oweEvent(session.socket, requestId, { type: 'cancel_ack', targetRequestId, status });

    const stream = session.streams.get(targetRequestId);
    if (stream !== undefined) {
      subscriptions.endStream(stream, 'cancelled', []);
      return acknowledge('cancelled');
    }
    const submission = session.submissions.get(targetRequestId);
    if (submission !== undefined) {
      const status = submissions.cancel(submission);
      return status === undefined ? refuse('command_not_found') : acknowledge(status);
    }
    const isOwn = session.commands.has(targetRequestId);
    const left = isOwn ? undefined : durables.leftBehind(session.identity, targetRequestId);
    if (left !== undefined) {
      submissions.cancelLeft(left);
      return acknowledge('forwarded');
    }
    const own = session.commands.get(targetRequestId) ?? this.#leftBehind(session, targetRequestId);
    if (own !== undefined) return acknowledge(fates.cancel(own));
    refuse(isLive(facts, targetRequestId) ? 'command_owner_mismatch' : 'command_not_found');
  }

  event(session: ModelSession, frame: Frame): void {
    const { quotas, replies } = this.#rooms;
    const { requestId, payload } = frame;
    const refuse = (code: string): void => replies.oweError(session.socket, requestId, code);
    if (!quotas.takeToken(session)) return refuse('rate_limited');
    if (payload['type'] === 'logs_subscribe') return this.#follow(session, frame);
    if (payload['type'] !== 'session_detach') return refuse('invalid_envelope');
    const keepTabsMs = payload['keepTabsMs'] ?? KEEP_TABS_MS_MAX;
    if (typeof keepTabsMs !== 'number' || keepTabsMs < 0 || keepTabsMs > KEEP_TABS_MS_MAX) {
      return refuse('invalid_envelope');
    }
    session.keepTabsMs = keepTabsMs;
  }

  #oweRouted(command: ModelCommand): void {
    const { id, lane, nodeId, session, tab } = command;
    const { lanes, replies } = this.#rooms;
    replies.oweEvent(
      session.socket,
      id,
      { type: 'routed', targetNodeId: nodeId, ...(tab === undefined ? {} : { tabSessionId: lane ?? tab }) },
      { onTaken: () => lanes.start(command) },
    );
  }

  #oweQueued({ id, lane, nodeId, session }: ModelCommand, queueDepth: number): void {
    const payload = { type: 'queued', targetNodeId: nodeId, tabSessionId: lane, queueDepth };
    this.#rooms.replies.oweEvent(session.socket, id, payload);
  }

  #follow(session: ModelSession, { requestId, payload }: Frame): void {
    const { followers, replies } = this.#rooms;
    const { source = 'all' } = payload;
    const mayRead = session.person.scopes.some((scope) => scope === '*' || scope === 'logs.read');
    if (!mayRead) return replies.oweError(session.socket, requestId, 'forbidden_scope');
    if (!LOG_SOURCES.includes(source)) return replies.oweError(session.socket, requestId, 'invalid_logs_subscribe');
    replies.oweEvent(
      session.socket,
      requestId,
      { type: 'logs_subscribed', source },
      {
        onTaken: () => followers.follow(session, requestId, String(source)),
      },
    );
  }

  /** What an earlier session of the same identity sent before it ended. */
  #leftBehind(session: ModelSession, id: string): ModelCommand | undefined {
    for (const command of this.#rooms.facts.liveCommands()) {
      const isAbandoned =
        command.entry === undefined ? command.session.phase !== 'open' : !command.entry.submissions.size;
      const isLeft = isAbandoned && command.session.identity === session.identity;
      if (command.id === id && !command.isSettled && isLeft) return command;
    }
    return undefined;
  }
}

/** Whether anybody has a command or stream of this id that has not ended, or waits for one under it. */
function isLive(facts: Facts, id: string): boolean {
  for (const command of facts.liveCommands()) if (command.id === id && !command.isSettled) return true;
  for (const stream of facts.streams()) if (stream.id === id) return true;
  for (const { submissions } of facts.sessions.values()) if (submissions.has(id)) return true;
  for (const { own } of facts.nodes.values()) {
    const command = own.get(id);
    if (command !== undefined && command.stopAt === undefined) return true;
  }
  return false;
}

interface FromControllerRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly quotas: Quotas;
  readonly admission: Admission;
  readonly lanes: Lanes;
  readonly fates: Fates;
  readonly followers: Followers;
  readonly durables: Durables;
  readonly submissions: Submissions;
  readonly subscriptions: ModelSubscriptions;
}
