import type { LogBook } from '../logs/log-book.js';
import { traceFields } from '../logs/trace-fields.js';
import type { NodeDirectory } from '../node/node-directory.js';
import type { TabLock, TabLockWatcher } from '../node/tab-locks.js';
import { ControllerCommands } from './controller-commands.js';
import type { Session } from './session.js';

/** What follows when a lock ends: the books of its holder, the log, the holder itself, and whoever waited for the tab. */
export class LockNews implements TabLockWatcher {
  readonly #nodes: NodeDirectory;
  readonly #log: LogBook;

  constructor(nodes: NodeDirectory, log: LogBook) {
    this.#nodes = nodes;
    this.#log = log;
  }

  lockReleased(lock: TabLock): void {
    this.#ended(lock, 'lock_released');
  }

  lockExpired(lock: TabLock): void {
    const session = this.#ended(lock, 'lock_expired');
    const { nodeId: targetNodeId, tabSessionId } = lock;
    session?.reply('event', lock, { type: 'lock_expired', targetNodeId, tabSessionId });
  }

  #ended(lock: TabLock, type: 'lock_released' | 'lock_expired'): Session | undefined {
    const { holder, nodeId, requestId, tabSessionId } = lock;
    const session = holder instanceof ControllerCommands ? holder.session : undefined;
    if (session !== undefined) {
      session.locks.delete(lock);
      session.ledger.lockCount -= 1;
    }
    const ids = { requestId, ...traceFields(lock), ...session?.logIds(), nodeId };
    this.#log.write({ level: 'info', source: 'controller', type, ...ids, data: { tabSessionId } });
    this.#nodes.get(nodeId)?.reconsider(tabSessionId);
    return session;
  }
}
