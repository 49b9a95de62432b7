import {
  DURABLE_PER_IDENTITY_MAX,
  LISTENERS_PER_IDENTITY_MAX,
  LOCKS_PER_IDENTITY_MAX,
  UNTABBED_PER_IDENTITY_MAX,
  UNTABBED_PER_NODE_MAX,
} from '@telepat/otto-protocol/limits';
import { demand } from '../invariants.js';
import type { Facts, ModelSession } from './facts.js';

/** What one identity, tab or node may have at once: each with its bound, asked before and looked at after every step. */
export class Shares {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Whether an identity may have one more listener or stream: the subscribes on their way have their place. */
  hasListenerRoom({ identity }: ModelSession): boolean {
    let subscribing = 0;
    for (const { action, session } of this.#facts.liveCommands()) {
      if (action === 'listener.subscribe' && session.identity === identity) subscribing += 1;
    }
    return subscribing + this.#heardBy(identity) < LISTENERS_PER_IDENTITY_MAX;
  }

  hasLockRoom({ identity }: ModelSession): boolean {
    return this.#lockedBy(identity) < LOCKS_PER_IDENTITY_MAX;
  }

  hasDurableRoom({ identity }: ModelSession): boolean {
    return this.#recordedOf(identity) + this.#straysOf(identity) < DURABLE_PER_IDENTITY_MAX;
  }

  /** Nobody has more than it may. */
  demandWithin(): void {
    const { controllerQueueLimit, tabQueueLimit } = this.#facts.rules;
    const waiting = new Map<string, number>();
    const untabbed = new Map<string, number>();
    for (const node of this.#facts.nodes.values()) {
      let atNode = 0;
      for (const { session, tab, turnAt } of node.commands.values()) {
        if (turnAt === undefined) count(waiting, session.identity);
        if (tab !== undefined) continue;
        atNode += 1;
        count(untabbed, session.identity);
      }
      within(atNode, UNTABBED_PER_NODE_MAX, () => `commands without a tab at ${node.nodeId}`);
      // One whose turn had come may have gone back to the head of those that wait: it is never refused for their sake.
      for (const [tab, { waiting: depth }] of node.lanes) {
        within(depth.length, tabQueueLimit + 1, () => `commands wait in ${node.nodeId}/${tab}`);
      }
    }
    for (const [identity, of] of waiting) within(of, controllerQueueLimit, () => `commands of ${identity} wait`);
    for (const [identity, of] of untabbed) within(of, UNTABBED_PER_IDENTITY_MAX, () => `of ${identity} have no tab`);
    const identities = new Set([...this.#facts.sessions.values()].map(({ identity }) => identity));
    for (const identity of identities) {
      within(this.#heardBy(identity), LISTENERS_PER_IDENTITY_MAX, () => `listeners and streams of ${identity}`);
      within(this.#lockedBy(identity), LOCKS_PER_IDENTITY_MAX, () => `locks of ${identity}`);
      within(this.#recordedOf(identity), DURABLE_PER_IDENTITY_MAX, () => `durable commands of ${identity}`);
    }
  }

  #heardBy(identity: string): number {
    let heard = 0;
    for (const session of this.#facts.sessions.values()) {
      if (session.identity === identity) heard += session.listeners.size + session.streams.size;
    }
    return heard;
  }

  #lockedBy(identity: string): number {
    let locked = 0;
    for (const { session } of this.#facts.locks.values()) if (session.identity === identity) locked += 1;
    return locked;
  }

  #recordedOf(identity: string): number {
    let recorded = 0;
    for (const entry of this.#facts.entries.values()) if (entry.identity === identity) recorded += 1;
    return recorded;
  }

  /** What may come onto the disk although nobody waits for it any more: on record, too, should the relay start anew. */
  #straysOf(of: string): number {
    let strays = 0;
    for (const { identity, nodeId, key, requestId } of this.#facts.offered.values()) {
      const isLive = this.#facts.entries.get(`${identity} ${nodeId} ${key}`)?.carrierId === requestId;
      if (identity === of && !isLive) strays += 1;
    }
    return strays;
  }
}

function count(counts: Map<string, number>, identity: string): void {
  counts.set(identity, (counts.get(identity) ?? 0) + 1);
}

function within(is: number, max: number, what: () => string): void {
  demand(is <= max, 'within_bounds', () => `${is} ${what()}, and ${max} is the bound`);
}
