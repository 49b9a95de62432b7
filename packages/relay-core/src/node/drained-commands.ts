import type { PendingCommand } from './pending-command.js';

/** So many are remembered for one node; the oldest is forgotten first. */
const DRAINED_MAX = 256;

/** What a late answer to these would leave behind: at the node a subscription or a tab, here a subscription. */
const REMEMBERED_ACTIONS: ReadonlySet<string> = new Set([
  'listener.subscribe',
  'listener.unsubscribe',
  'primitive.tab.open',
]);

/** Commands whose time to stop ran out: should the node answer after all, what it began must still be ended. */
export class DrainedCommands {
  readonly #commands = new Map<string, PendingCommand>();

  add(command: PendingCommand): void {
    if (!REMEMBERED_ACTIONS.has(command.order.action)) return;
    this.#commands.set(command.requestId, command);
    if (this.#commands.size <= DRAINED_MAX) return;
    for (const oldest of this.#commands.keys()) {
      this.#commands.delete(oldest);
      break;
    }
  }

  /** Gives the command of a late answer, once. */
  take(requestId: string): LateAnswer | undefined {
    const command = this.#commands.get(requestId);
    if (command === undefined) return undefined;
    this.#commands.delete(requestId);
    return { late: command, isDrained: true };
  }
}

/** An answer to a command whose owner had its outcome before; `isDrained` when the time to stop was over, too. */
export interface LateAnswer {
  readonly late: PendingCommand;
  readonly isDrained: boolean;
}
