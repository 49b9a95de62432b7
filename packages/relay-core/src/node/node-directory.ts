import type { NodeChannel } from './node-channel.js';
import type { PendingCommand } from './pending-command.js';

/** Which nodes are connected, and through which channel each is reached. */
export class NodeDirectory {
  readonly #channels = new Map<string, NodeChannel>();

  get(nodeId: string): NodeChannel | undefined {
    return this.#channels.get(nodeId);
  }

  add(channel: NodeChannel): void {
    this.#channels.set(channel.nodeId, channel);
  }

  remove(channel: NodeChannel): void {
    if (this.#channels.get(channel.nodeId) === channel) this.#channels.delete(channel.nodeId);
  }

  all(): NodeChannel[] {
    return [...this.#channels.values()];
  }

  /** Live commands of this id, at whatever node: the cost grows with the nodes, not with the commands. */
  findCommands(requestId: string): { channel: NodeChannel; command: PendingCommand }[] {
    const found: { channel: NodeChannel; command: PendingCommand }[] = [];
    for (const channel of this.#channels.values()) {
      const command = channel.find(requestId);
      if (command !== undefined) found.push({ channel, command });
    }
    return found;
  }
}
