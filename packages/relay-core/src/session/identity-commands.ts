import { LinkedQueue } from '../node/linked-queue.js';
import type { PendingCommand } from '../node/pending-command.js';
import { ShortLivedMap } from '../node/short-lived-map.js';

/**
 * Every command of one identity that some node is not done with, by node. A command has one identity. Whoever ends some
 * while they are looked at makes a copy before.
 */
export class IdentityCommands implements Iterable<PendingCommand> {
  readonly #byNode = new ShortLivedMap<string, LinkedQueue<PendingCommand>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(command: PendingCommand): boolean {
    return command.ofIdentity !== undefined;
  }

  add(command: PendingCommand): void {
    if (this.has(command)) return;
    const { nodeId } = command.order;
    const commands = this.#byNode.get(nodeId) ?? new LinkedQueue<PendingCommand>();
    this.#byNode.set(nodeId, commands);
    command.ofIdentity = commands.push(command);
    this.#size += 1;
  }

  delete(command: PendingCommand): void {
    const { nodeId } = command.order;
    const commands = this.#byNode.get(nodeId);
    if (commands === undefined || command.ofIdentity === undefined) return;
    commands.remove(command.ofIdentity);
    command.ofIdentity = undefined;
    this.#size -= 1;
    if (commands.length === 0) this.#byNode.delete(nodeId);
  }

  /** Whether a node still works for the identity. */
  isAt(nodeId: string): boolean {
    return this.#byNode.has(nodeId);
  }

  /** What a node works on for the identity, or lets wait. */
  ofNode(nodeId: string): PendingCommand[] {
    return [...(this.#byNode.get(nodeId) ?? [])];
  }

  *[Symbol.iterator](): Generator<PendingCommand> {
    for (const commands of this.#byNode.values()) yield* commands;
  }
}
