import { isObject } from '@telepat/otto-protocol';
import { actionOf, type Durables } from './durables.js';
import type { Facts, Frame, ModelSession } from './facts.js';
import type { Fates } from './fates.js';
import type { Orphans } from './orphans.js';
import type { Quotas } from './quotas.js';
import type { Replies } from './replies.js';
import type { ModelSubscriptions } from './subscriptions.js';
import type { TabRecords } from './tab-records.js';

/** What a frame of a node must lead to. */
export class FromNodes {
  readonly #rooms: FromNodeRooms;

  constructor(rooms: FromNodeRooms) {
    this.#rooms = rooms;
  }

  /** A `result` or `error`: it counts only for what this node was sent. */
  outcome(session: ModelSession, frame: Frame, bytes: Uint8Array): void {
    const node = this.#rooms.facts.nodes.get(session.identity);
    if (session.person.role !== 'node' || node?.session !== session) return;
    const own = node.own.get(frame.requestId);
    if (own !== undefined) {
      node.own.delete(own.id);
      // What it is told to stop is no longer waited for.
      if (own.stopAt !== undefined) return;
      this.#rooms.records.ownAnswered(own, node.nodeId, frame);
      this.#rooms.durables.inquiryEnded(own, frame);
      return;
    }
    const command = node.commands.get(frame.requestId);
    if (command !== undefined) this.#rooms.fates.answered(command, frame, bytes);
    else {
      const drained = node.drained.get(frame.requestId);
      node.drained.delete(frame.requestId);
      if (drained !== undefined) this.#rooms.fates.answeredAfterAll(drained, frame);
      const entry = this.#rooms.durables.answeredLate(node.nodeId, frame);
      const over = drained === undefined ? entry && { ...entry, action: actionOf(entry) } : drained;
      const identity = entry?.identity ?? drained?.session.identity;
      if (over !== undefined && identity !== undefined) {
        this.#rooms.orphans.openedLate({ action: over.action, identity, nodeId: node.nodeId }, frame);
      }
    }
  }

  event(session: ModelSession, frame: Frame, bytes: Uint8Array): void {
    const { quotas, replies } = this.#rooms;
    const { type, entry } = frame.payload;
    if (type === 'listener_update') return this.#update(session, frame, bytes);
    const refuse = (code: string): void => replies.oweError(session.socket, frame.requestId, code);
    if (!quotas.takeToken(session)) return refuse('rate_limited');
    const isWellFormed = isObject(entry) && typeof entry['type'] === 'string';
    if (type === 'extension_log' && !isWellFormed) refuse('invalid_extension_log');
  }

  #update(session: ModelSession, frame: Frame, bytes: Uint8Array): void {
    const { facts, replies, subscriptions } = this.#rooms;
    const { requestId, payload } = frame;
    const listener = subscriptions.find(session.identity, requestId);
    if (listener === undefined) {
      const isElsewhere = [...facts.listeners()].some(({ id }) => id === requestId);
      const code = isElsewhere ? 'listener_node_mismatch' : 'listener_not_found';
      return replies.oweError(session.socket, requestId, code);
    }
    if (payload['data'] === undefined) {
      return replies.oweError(session.socket, requestId, 'invalid_listener_update');
    }
    const owner = listener.session;
    if (facts.clogged.has(owner.socket)) {
      listener.dropped += 1;
      return;
    }
    if (listener.dropped > 0) subscriptions.tellDropped(owner);
    replies.oweBytes(owner.socket, { what: `the update of ${requestId}`, bytes, invariant: 'only_its_node' });
  }
}

interface FromNodeRooms {
  readonly facts: Facts;
  readonly replies: Replies;
  readonly quotas: Quotas;
  readonly durables: Durables;
  readonly fates: Fates;
  readonly orphans: Orphans;
  readonly records: TabRecords;
  readonly subscriptions: ModelSubscriptions;
}
