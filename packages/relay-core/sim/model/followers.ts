import type { LogEntry } from '@telepat/otto-protocol';
import { demand } from '../invariants.js';
import type { Facts, ModelSession } from './facts.js';
import type { Replies } from './replies.js';
import type { ModelSubscriptions } from './subscriptions.js';

/** Who follows the log: each gets what it may see, or a count of what it was too slow for. */
export class Followers {
  readonly #facts: Facts;
  readonly #replies: Replies;
  readonly #subscriptions: ModelSubscriptions;

  constructor(facts: Facts, replies: Replies, subscriptions: ModelSubscriptions) {
    this.#facts = facts;
    this.#replies = replies;
    this.#subscriptions = subscriptions;
  }

  /** The relay wrote an entry. */
  written(entry: LogEntry): void {
    if (entry.source === 'node' && entry.type === 'seen') this.#demandOwner(entry);
    for (const session of this.#facts.sessions.values()) {
      const { follows, socket } = session;
      if (follows === undefined || session.phase !== 'open') continue;
      const isAsked = follows.source === 'all' || follows.source === entry.source;
      if (!isAsked || !this.#maySee(session, entry)) continue;
      if (this.#facts.clogged.has(socket)) {
        follows.dropped += 1;
        continue;
      }
      this.#replies.owe(socket, {
        what: `log entry ${entry.id} (${entry.type})`,
        matches: ({ messageType, requestId, payload }) =>
          messageType === 'event' && requestId === follows.requestId && isEntry(payload['entry'], entry),
      });
    }
  }

  /** A second subscription takes the place of the first, which may still tell what it missed. */
  follow(session: ModelSession, requestId: string, source: string): void {
    const { follows, formerlyMissed } = session;
    if (follows !== undefined && follows.dropped > 0) formerlyMissed.push(follows);
    session.follows = { requestId, source, dropped: 0 };
  }

  /** A slow reader has caught up: it must hear what it missed. */
  drained(session: ModelSession): void {
    const { follows, formerlyMissed, socket } = session;
    for (const { requestId, dropped } of formerlyMissed.splice(0)) {
      const payload = { type: 'log_entries_dropped', count: dropped };
      this.#replies.oweEvent(socket, requestId, payload, { isOptional: true });
    }
    this.#subscriptions.tellDropped(session);
    if (follows === undefined || follows.dropped === 0) return;
    const told = { type: 'log_entries_dropped', count: follows.dropped };
    this.#replies.oweEvent(socket, follows.requestId, told, { invariant: 'drops_are_counted' });
    follows.dropped = 0;
  }

  /**
   * Own entries; of nodes that it may command what is nobody's, but for what a node says of a request that nobody knows;
   * what the relay says of nobody, unless a stranger gave it the words.
   */
  #maySee(session: ModelSession, entry: LogEntry): boolean {
    const { clientId, controllerId, nodeId, requestId, source, type } = entry;
    if (STRANGERS_WORDS.has(type)) return false;
    if (clientId !== undefined) return clientId === session.person.clientId;
    if (controllerId !== undefined) return controllerId === session.controllerId;
    if (nodeId === undefined) return source === 'relay';
    return (source !== 'node' || requestId === undefined) && this.#facts.allows(session, nodeId);
  }

  /** What a node says of a request that lives belongs to whoever made it, and is said by the node that it is. */
  #demandOwner({ clientId, controllerId, nodeId = '', requestId = '' }: LogEntry): void {
    const node = this.#facts.nodes.get(nodeId);
    const owner = this.#ownerOf(nodeId, requestId);
    const isNamed = owner === undefined || (owner.person.clientId === clientId && owner.controllerId === controllerId);
    const what = () => `what ${nodeId} said of ${requestId} was given to ${clientId ?? controllerId ?? 'nobody'}`;
    demand(node !== undefined && isNamed, 'for_its_eyes', what);
  }

  /** Of whoever it is still known: a durable command is of those who wait for it. */
  #ownerOf(nodeId: string, requestId: string): ModelSession | undefined {
    const isIt = (thing: { id: string; nodeId: string }): boolean => thing.id === requestId && thing.nodeId === nodeId;
    const command = this.#facts.nodes.get(nodeId)?.commands.get(requestId);
    if (command !== undefined) return command.entry === undefined ? command.session : undefined;
    return [...this.#facts.listeners(), ...this.#facts.streams()].find(isIt)?.session;
  }
}

/** Entries that strangers provoke are for the owner of the relay alone. */
const STRANGERS_WORDS: ReadonlySet<string> = new Set([
  'auth_rejected',
  'unauthenticated_frame_rejected',
  'ws_upgrade_rejected',
  'refusals_left_out',
  'result_owner_mismatch',
]);

function isEntry(told: unknown, entry: LogEntry): boolean {
  return typeof told === 'object' && told !== null && 'id' in told && told.id === entry.id;
}
