import type { LogEvent } from '@telepat/otto-relay-core';

/** How commands end, as the metrics name it. */
export const COMMAND_OUTCOMES = [
  'completed',
  'failed',
  'timed_out',
  'cancelled',
  'disconnected',
  'revoked',
  'stopped',
  'dropped',
] as const;

/** What a status in the log means; a node's own words for a failure are a failure. */
const OUTCOMES: ReadonlyMap<string, CommandOutcomeLabel> = new Map([
  ['completed', 'completed'],
  ['timed_out', 'timed_out'],
  ['cancelled', 'cancelled'],
  ['command_timed_out', 'timed_out'],
  ['queue_wait_timed_out', 'timed_out'],
  ['command_cancelled', 'cancelled'],
  ['node_disconnected', 'disconnected'],
  ['node_offline', 'disconnected'],
  ['acl_missing_node_grant', 'revoked'],
  ['controller_revoked', 'revoked'],
  ['relay_shutting_down', 'stopped'],
]);

/** How the command of an entry about its end ended. */
export function commandOutcomeOf({ type, status }: LogEvent): CommandOutcomeLabel {
  if (type === 'queued_command_dropped') return 'dropped';
  return OUTCOMES.get(status ?? '') ?? 'failed';
}

export type CommandOutcomeLabel = (typeof COMMAND_OUTCOMES)[number];
