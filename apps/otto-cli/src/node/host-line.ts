import type { NodeLogEntry } from '@telepat/otto-node-runtime';

/**
 * What whoever runs a node is told of an entry of its log: what site commands write and what is wrong with them, for
 * their author, what becomes of the node's tokens, and bugs with their stack. The rest is the relay's to tell.
 */
export function hostLine({
  type,
  code,
  site,
  command,
  message,
  error,
  action,
  requestId,
}: NodeLogEntry): string | undefined {
  switch (type) {
    case 'site_command_log':
      return `${site} ${command}: ${message}`;
    case 'site_command_unusable':
      return `otto: a file of site commands cannot be used: ${message}`;
    case 'site_command_failed':
      return `${site} ${command} failed: ${stackOf(error)}`;
    case 'internal_error':
      return `otto: ${action ?? 'the node'} met a bug (${requestId ?? 'no request'}): ${stackOf(error)}`;
    case 'token_renewal_failed':
      return `otto: the node's token could not be renewed (${code}); the old one is used while the relay takes it`;
    case 'paired_anew':
      return "otto: the relay's answer to a renewal was lost for too long; the node has paired itself anew";
    case 'token_store_failed':
      return `otto: the node's tokens are not on its disk for now: ${String(error)}`;
    default:
      return undefined;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
