import { isObject } from '@telepat/otto-protocol';
import type { Facts, Frame, ModelEntry, ModelNode, OwnCommand } from './facts.js';
import type { Replies } from './replies.js';

/** How long a node has for a command of the relay's own, for an inquiry, and then to stop it. */
const TIMEOUT_MS = 10_000;
const INQUIRY_MS = 5_000;
const STOP_MS = 5_000;

/** What the relay itself asks of nodes: each time for a reason, and exactly once. */
export class OwnCommands {
  readonly #facts: Facts;
  readonly #replies: Replies;

  constructor(facts: Facts, replies: Replies) {
    this.#facts = facts;
    this.#replies = replies;
  }

  /** Nobody hears a subscription any more: its node must be told, if it is there. */
  oweUnsubscribe(nodeId: string, targetRequestId: string): void {
    this.#owe(nodeId, 'listener.unsubscribe', { targetRequestId });
  }

  /** A node must say what became of a durable command. */
  oweInquiry({ carrierId, inquiries, key, nodeId }: ModelEntry): void {
    const input = { idempotencyKey: key, targetRequestId: carrierId };
    this.#owe(nodeId, 'relay.command_status', input, { onAsked: (id) => inquiries.add(id) });
  }

  /** What is adopted has no time of its own: when nobody waits any more, its node is told to stop at once. */
  oweStopOf({ carrierId, nodeId }: ModelEntry, action: string): void {
    const node = this.#facts.nodes.get(nodeId);
    if (node === undefined) return;
    this.#replies.owe(node.session.socket, {
      what: `command_cancel of ${carrierId}`,
      invariant: 'told_to_stop',
      matches: ({ messageType, requestId, payload }) =>
        messageType === 'command_cancel' && requestId === carrierId && payload['action'] === action,
    });
  }

  /** The tabs of an identity must be closed. */
  oweCloseOwned(nodeId: string, controllerClientId: string, options: { isOptional?: boolean } = {}): void {
    this.#owe(nodeId, 'primitive.tab.close_owned', { controllerClientId }, options);
  }

  /** Those whose time is over are told to stop; after that they are forgotten. */
  due(timedOut: (command: OwnCommand) => void): void {
    const { now } = this.#facts;
    for (const node of this.#facts.nodes.values()) {
      for (const command of node.own.values()) {
        if (command.stopAt !== undefined && command.stopAt <= now) node.own.delete(command.id);
        else if (command.stopAt === undefined && command.deadlineAt <= now) {
          this.#oweStop(node, command);
          timedOut(command);
        }
      }
    }
  }

  #owe(
    nodeId: string,
    action: string,
    input: Readonly<Record<string, string>>,
    { onAsked, ...options }: { isOptional?: boolean; onAsked?: (id: string) => void } = {},
  ): void {
    const node = this.#facts.nodes.get(nodeId);
    if (node === undefined) return;
    this.#replies.owe(node.session.socket, {
      ...options,
      what: `${action} ${JSON.stringify(input)}`,
      invariant: 'relay_asks_for_cause',
      matches: (frame) => isOwn(frame, nodeId, action, input),
      onTaken: (frame) => {
        if (frame === undefined) return;
        const deadlineAt = this.#facts.now + (action === 'relay.command_status' ? INQUIRY_MS : TIMEOUT_MS);
        const { requestId: id } = frame;
        onAsked?.(id);
        node.own.set(id, { id, action, input, sentAt: this.#facts.now, deadlineAt, stopAt: undefined });
      },
    });
  }

  #oweStop(node: ModelNode, command: OwnCommand): void {
    command.stopAt = this.#facts.now + STOP_MS;
    this.#replies.owe(node.session.socket, {
      what: `command_cancel of the relay's own ${command.action} ${command.id}`,
      invariant: 'told_to_stop',
      matches: ({ messageType, requestId }) => messageType === 'command_cancel' && requestId === command.id,
    });
  }
}

function isOwn(frame: Frame, nodeId: string, action: string, input: Readonly<Record<string, string>>): boolean {
  const { messageType, senderRole, payload } = frame;
  if (messageType !== 'command' || senderRole !== 'relay') return false;
  if (payload['targetNodeId'] !== nodeId || payload['action'] !== action) return false;
  const told = payload['payload'];
  return isObject(told) && Object.entries(input).every(([key, value]) => told[key] === value);
}
