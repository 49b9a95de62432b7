import { isObject } from '@telepat/otto-protocol';
import type { Frame } from './model/facts.js';

/** How far back a node remembers. */
const REMEMBERED_MAX = 60;

/** What each node was sent: what it may answer, rightly or wrongly. */
export class Inboxes {
  readonly #byNode = new Map<string, Received[]>();
  readonly #instances = new Map<string, string>();
  /** Nodes that have forgotten something that they were sent. */
  readonly #forgetful = new Set<string>();

  take(nodeId: string, { messageType, requestId, senderRole, payload }: Frame): void {
    const inbox = this.of(nodeId);
    if (messageType === 'command') {
      const action = String(payload['action']);
      const input = payload['payload'];
      const about = isObject(input) ? String(input['targetRequestId']) : '';
      const isOwn = senderRole === 'relay';
      inbox.push({ id: requestId, action, about, isOwn, isCancelled: false, outcome: undefined });
      if (inbox.length > REMEMBERED_MAX) {
        inbox.shift();
        this.#forgetful.add(nodeId);
      }
    } else if (messageType === 'command_cancel') {
      const told = inbox.findLast(({ id }) => id === requestId);
      if (told !== undefined) told.isCancelled = true;
    }
  }

  of(nodeId: string): Received[] {
    const inbox = this.#byNode.get(nodeId) ?? [];
    this.#byNode.set(nodeId, inbox);
    return inbox;
  }

  /** Everything that any node remembers. */
  all(): Received[] {
    return [...this.#byNode.values()].flat();
  }

  answered(nodeId: string, id: string, outcome: object): void {
    const received = this.of(nodeId).findLast((each) => each.id === id);
    if (received !== undefined) received.outcome ??= outcome;
  }

  /** What a node knows of the command that an inquiry is about. */
  statusFor(nodeId: string, inquiryId: string): object {
    const about = this.of(nodeId).findLast(({ id }) => id === inquiryId)?.about;
    const received = this.of(nodeId).findLast(({ id }) => id === about);
    if (received === undefined) return { status: 'unknown', neverReceived: !this.#forgetful.has(nodeId) };
    return received.outcome === undefined ? { status: 'running' } : { status: 'done', outcome: received.outcome };
  }

  /** A connection of a node ends, and sometimes the newest that was sent over it has not arrived. */
  lost(nodeId: string): void {
    const inbox = this.of(nodeId);
    const isLost = inbox.length % 2 === 1 && inbox.at(-1)?.outcome === undefined;
    if (isLost) inbox.pop();
  }

  /** A node connects: another process of it knows nothing of what the former one did. */
  came(nodeId: string, instance: string): void {
    if (this.#instances.get(nodeId) !== instance) {
      this.#byNode.delete(nodeId);
      this.#forgetful.delete(nodeId);
    }
    this.#instances.set(nodeId, instance);
  }
}

export interface Received {
  readonly id: string;
  readonly action: string;
  /** Of an inquiry: the command that it is about. */
  readonly about: string;
  /** It is the relay's own. */
  readonly isOwn: boolean;
  isCancelled: boolean;
  /** How it was answered. */
  outcome: object | undefined;
}
