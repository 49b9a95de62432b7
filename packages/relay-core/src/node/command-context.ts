import type { ErrorContext } from '@telepat/otto-protocol';
import type { PendingCommand } from './pending-command.js';

/** The ids that every error about a command carries. */
export function contextOf(command: PendingCommand): ErrorContext {
  const { nodeId, action, tabSessionId, readOnly } = command.order;
  return {
    effect: command.effect,
    readOnly,
    nodeId,
    action,
    ...(tabSessionId === undefined ? {} : { tabSessionId }),
  };
}
