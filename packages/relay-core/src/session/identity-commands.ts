import type { PendingCommand } from '../node/pending-command.js';

/** Every command of one identity that some node is not done with, by node. */
export class IdentityCommands implements Iterable<PendingCommand> {
  readonly #byNode = new Map<string, Set<PendingCommand>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(command: PendingCommand): boolean {
    return this.#byNode.get(command.order.nodeId)?.has(command) === true;
  }

  add(command: PendingCommand): void {
    const { nodeId } = command.order;
    const commands = this.#byNode.get(nodeId) ?? new Set<PendingCommand>();
    this.#byNode.set(nodeId, commands);
    if (commands.has(command)) return;
    commands.add(command);
    this.#size += 1;
  }

  delete(command: PendingCommand): void {
    const { nodeId } = command.order;
    const commands = this.#byNode.get(nodeId);
    if (commands?.delete(command) !== true) return;
    this.#size -= 1;
    if (commands.size === 0) this.#byNode.delete(nodeId);
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
