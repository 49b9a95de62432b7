import { actionDescriptor, isObject, parseIsoTime } from '@telepat/otto-protocol';
import {
  IN_FLIGHT_PER_IDENTITY_MAX,
  IN_FLIGHT_PER_NODE_MAX,
  UNTABBED_PER_IDENTITY_MAX,
  UNTABBED_PER_NODE_MAX,
} from '@telepat/otto-protocol/limits';
import { deedOf, type Durables } from './durables.js';
import type { Facts, Frame, ModelCommand, ModelEntry, ModelNode, ModelSession } from './facts.js';
import type { Lanes } from './lanes.js';
import type { Quotas } from './quotas.js';
import type { Shares } from './shares.js';

const TIMEOUT_MS_DEFAULT = 30_000;
const TIMEOUT_MS_MIN = 1_000;
const TIMEOUT_MS_MAX = 600_000;

/** What PROTOCOL.md says of a command that arrives at this moment. */
export type Verdict =
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'routed'; readonly command: ModelCommand }
  /** Its key is on record: it waits for what becomes of that. */
  | { readonly is: 'attached'; readonly command: ModelCommand; readonly entry: ModelEntry }
  | { readonly is: 'queued'; readonly command: ModelCommand; readonly depth: number };

/** Judges commands as the relay must: each check in its order. */
export class Admission {
  readonly #facts: Facts;
  readonly #quotas: Quotas;
  readonly #lanes: Lanes;
  readonly #durables: Durables;
  readonly #shares: Shares;

  constructor(rooms: { facts: Facts; quotas: Quotas; lanes: Lanes; durables: Durables; shares: Shares }) {
    this.#facts = rooms.facts;
    this.#quotas = rooms.quotas;
    this.#lanes = rooms.lanes;
    this.#durables = rooms.durables;
    this.#shares = rooms.shares;
  }

  judge(session: ModelSession, frame: Frame): Verdict {
    const code =
      this.#senderProblem(session) ?? this.#scopeProblem(session, frame) ?? this.#replayProblem(session, frame);
    if (code !== undefined) return refused(code);
    const command = this.#read(session, frame);
    if (typeof command === 'string') return refused(command);
    const problem = this.#accessProblem(command) ?? this.#keyProblem(command) ?? this.#duplicateProblem(command);
    if (problem !== undefined) return refused(problem);

    const node = this.#facts.nodes.get(command.nodeId);
    const entry = this.#entryOf(command);
    const needsNode = entry === undefined || entry.phase === 'unknown';
    if (needsNode && node === undefined) return refused('node_offline');
    if (entry !== undefined) return { is: 'attached', command, entry };
    if (node === undefined) return refused('node_offline');
    if (this.#facts.clogged.has(node.session.socket)) return refused('node_busy');
    return command.lane === undefined ? this.#judgeUntabbed(command, node) : this.#judgeTabbed(command, node);
  }

  #senderProblem(session: ModelSession): string | undefined {
    if (session.person.role !== 'controller') return 'forbidden_role';
    if (this.#facts.isRemoved(session)) return 'controller_revoked';
    return this.#quotas.takeToken(session) ? undefined : 'rate_limited';
  }

  #scopeProblem({ person }: ModelSession, { payload }: Frame): string | undefined {
    const action = payload['action'];
    if (typeof action !== 'string') return undefined;
    const isInternal = action === 'primitive.tab.close_owned' || action.startsWith('relay.');
    const isCovered = person.scopes.some(
      (scope) => scope === '*' || scope === action || (scope.endsWith('.*') && action.startsWith(scope.slice(0, -1))),
    );
    return isInternal || !isCovered ? 'forbidden_action' : undefined;
  }

  #replayProblem(session: ModelSession, { payload, timestamp }: Frame): string | undefined {
    const nonce = payload['replayNonce'];
    if (typeof nonce !== 'string') return 'missing_replay_nonce';
    const sentAt = parseIsoTime(timestamp);
    if (sentAt === undefined) return 'invalid_timestamp';
    const { replayWindowMs } = this.#facts.rules;
    if (Math.abs(this.#quotas.lookAtTime() - sentAt) > replayWindowMs) return 'timestamp_out_of_window';
    return this.#quotas.admitNonce(session, nonce, sentAt) ? undefined : 'replay_rejected';
  }

  /** The command that a frame asks for, or what is wrong with its payload. */
  #read(session: ModelSession, frame: Frame): ModelCommand | string {
    const { targetNodeId, action, tabSessionId, timeoutMs, waitPolicy, payload: input = {} } = frame.payload;
    const { idempotencyKey: key } = frame.payload;
    if (targetNodeId === undefined) return 'missing_target_node';
    if (typeof targetNodeId !== 'string' || typeof action !== 'string' || !isObject(input)) return 'invalid_command';
    const tab = tabSessionId ?? input['tabSessionId'];
    if (tab !== undefined && (typeof tab !== 'string' || tab === '')) return 'invalid_command';
    if (timeoutMs !== undefined && typeof timeoutMs !== 'number') return 'invalid_command';
    if (waitPolicy !== undefined && waitPolicy !== 'fail_fast' && waitPolicy !== 'wait_with_timeout') {
      return 'invalid_command';
    }
    const budget = Math.min(Math.max(timeoutMs ?? TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MIN), TIMEOUT_MS_MAX);
    const isForcedClose = action === 'primitive.tab.close' && input['force'] === true;
    const subject = action === 'listener.subscribe' ? input['listener'] : input['targetRequestId'];
    return {
      id: frame.requestId,
      session,
      nodeId: targetNodeId,
      action,
      tab,
      lane: isForcedClose ? undefined : tab,
      subject: typeof subject === 'string' ? subject : undefined,
      waits: waitPolicy === 'wait_with_timeout',
      key: typeof key === 'string' ? key : undefined,
      entry: undefined,
      turnAt: undefined,
      isWritten: false,
      stream: undefined,
      isRepeatable: actionDescriptor(action)?.readOnly === true,
      acceptedAt: this.#facts.now,
      deadlineAt: this.#facts.now + budget,
      frame,
      isRouted: false,
      isAtNode: false,
      isSettled: false,
      isEnding: false,
      isCancelled: false,
      stopAt: undefined,
    };
  }

  #accessProblem({ session, nodeId }: ModelCommand): string | undefined {
    return this.#facts.allows(session, nodeId) ? undefined : 'acl_missing_node_grant';
  }

  #entryOf({ key, nodeId, session }: ModelCommand): ModelEntry | undefined {
    return key === undefined ? undefined : this.#durables.find(session.identity, nodeId, key);
  }

  /** What is known of its idempotency key, or of the subscription that it ends. */
  #keyProblem(command: ModelCommand): string | undefined {
    const { action, session, nodeId, subject } = command;
    const entry = this.#entryOf(command);
    if (entry !== undefined) return entry.deed === deedOf(command) ? undefined : 'idempotency_key_reused';
    const isNewKey = command.key !== undefined;
    if (isNewKey && !this.#shares.hasDurableRoom(session)) return 'too_many_commands';
    const isSubscribe = action === 'listener.subscribe';
    if (isSubscribe && !this.#shares.hasListenerRoom(session)) return 'too_many_listeners';
    if (action !== 'listener.unsubscribe') return undefined;
    if (subject === undefined) return 'missing_listener_target';
    const own = session.listeners.get(subject);
    if (own?.nodeId === nodeId) return undefined;
    if (own !== undefined) return 'listener_node_mismatch';
    for (const { id } of this.#facts.listeners()) if (id === subject) return 'listener_owner_mismatch';
    return 'listener_not_found';
  }

  /** An id is live at the node or in the session, as command, listener or stream. */
  #duplicateProblem({ id, session, nodeId }: ModelCommand): string | undefined {
    const isLive = (thing: { id: string; nodeId: string; session: ModelSession }): boolean =>
      thing.id === id && (thing.nodeId === nodeId || thing.session === session);
    const own = [session.commands, session.submissions, session.listeners, session.streams];
    const isInSession = own.some((table) => table.has(id));
    const isAtNode = this.#facts.nodes.get(nodeId)?.commands.has(id) === true || this.#durables.isTaken(nodeId, id);
    const subscribed = [...this.#facts.listeners(), ...this.#facts.streams()].some(isLive);
    return isInSession || isAtNode || subscribed ? 'duplicate_request_id' : undefined;
  }

  #judgeUntabbed(command: ModelCommand, node: ModelNode): Verdict {
    const { session, tab } = command;
    const holder = tab === undefined ? undefined : this.#facts.holderOf(node.nodeId, tab);
    if (holder !== undefined && holder !== session) return refused('tab_locked');
    return this.#isFull(command, node) ? refused('too_many_commands') : { is: 'routed', command };
  }

  /** Whether the node or the identity has too much in flight, in all or without a tab. */
  #isFull({ session, tab }: ModelCommand, node: ModelNode): boolean {
    const isOwn = (live: ModelCommand): boolean => live.session.identity === session.identity;
    const inFlight = [...this.#facts.liveCommands()].filter(({ turnAt }) => turnAt !== undefined);
    const atNode = inFlight.filter(({ nodeId }) => nodeId === node.nodeId);
    const untabbed = (live: ModelCommand): boolean => live.tab === undefined;
    if (atNode.length >= IN_FLIGHT_PER_NODE_MAX || inFlight.filter(isOwn).length >= IN_FLIGHT_PER_IDENTITY_MAX) {
      return true;
    }
    if (tab !== undefined) return false;
    const ofIdentity = inFlight.filter((live) => untabbed(live) && isOwn(live));
    return atNode.filter(untabbed).length >= UNTABBED_PER_NODE_MAX || ofIdentity.length >= UNTABBED_PER_IDENTITY_MAX;
  }

  #judgeTabbed(command: ModelCommand, node: ModelNode): Verdict {
    const { session, lane: tab = '' } = command;
    const { rules } = this.#facts;
    const holder = this.#facts.holderOf(node.nodeId, tab);
    const isLocked = holder !== undefined && holder !== session;
    const lane = node.lanes.get(tab);
    const isBusy = lane?.running !== undefined || this.#lanes.nextOf(node, tab) !== undefined;
    const isFree = !isLocked && !isBusy;
    if (!isFree && !command.waits) return refused(isLocked ? 'tab_locked' : 'tab_busy');
    if (this.#isFull(command, node)) return refused('too_many_commands');
    if (isFree) return { is: 'routed', command };

    const waiting = lane?.waiting.length ?? 0;
    if (waiting >= rules.tabQueueLimit) return refused('tab_queue_overflow');
    if (this.#lanes.waitingOf(session.identity) >= rules.controllerQueueLimit) {
      return refused('controller_queue_overflow');
    }
    return { is: 'queued', command, depth: waiting + 1 };
  }
}

function refused(code: string): Verdict {
  return { is: 'refused', code };
}
