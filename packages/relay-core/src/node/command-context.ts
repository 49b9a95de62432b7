import type { ErrorCode, ErrorContext } from '@telepat/otto-protocol';
import { missingGrant } from './missing-grant.js';
import type { PendingCommand } from './pending-command.js';

/** The ids that every error about a command carries, and what its code calls for beside them. */
export function contextOf(command: PendingCommand, code: ErrorCode): ErrorContext {
  const { nodeId, action, tabSessionId, readOnly } = command.order;
  return {
    effect: command.effect,
    readOnly,
    nodeId,
    action,
    ...(tabSessionId === undefined ? {} : { tabSessionId }),
    ...(code === 'acl_missing_node_grant' ? missingGrant(nodeId, command.owner.logIds().clientId) : {}),
  };
}
