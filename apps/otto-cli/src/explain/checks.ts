/** What the relay looks at before it accepts a command, in its order, and the codes with which each refuses. */
const CHECKS: readonly { readonly what: string; readonly codes: readonly string[] }[] = [
  { what: 'the role of the sender', codes: ['forbidden_role', 'controller_revoked'] },
  { what: 'the rate limit', codes: ['rate_limited'] },
  { what: 'the scopes', codes: ['forbidden_action'] },
  {
    what: 'replay protection',
    codes: ['missing_replay_nonce', 'invalid_timestamp', 'timestamp_out_of_window', 'replay_rejected'],
  },
  { what: 'the form of the command', codes: ['missing_target_node', 'invalid_command'] },
  { what: "the node owner's grant", codes: ['acl_missing_node_grant'] },
  { what: 'the idempotency key', codes: ['idempotency_key_reused'] },
  { what: 'the request id', codes: ['duplicate_request_id'] },
  { what: 'whether the node is there', codes: ['node_offline', 'node_busy'] },
  { what: 'the lock of the tab', codes: ['tab_locked'] },
  {
    what: 'room in the queues',
    codes: ['tab_busy', 'tab_queue_overflow', 'controller_queue_overflow', 'too_many_commands'],
  },
];

/** What was checked of a command that was accepted. */
export const ALL_CHECKS = CHECKS.map(({ what }) => what);

/**
 * Which checks a command passed before it was refused, and which one refused it.
 *
 * @example checksUntil('rate_limited') // { passed: ['the role of the sender'], failed: 'the rate limit' }
 */
export function checksUntil(code: string): { passed: readonly string[]; failed: string } | undefined {
  const at = CHECKS.findIndex(({ codes }) => codes.includes(code));
  const failed = CHECKS[at]?.what;
  return failed === undefined ? undefined : { passed: ALL_CHECKS.slice(0, at), failed };
}
