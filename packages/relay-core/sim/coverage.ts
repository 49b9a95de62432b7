/** What befalls a relay in storms: what its peers, its disk and its clock do to it. */
export const FAULTS = [
  'answer dropped',
  'answer delayed until its command had ended',
  'answer duplicated',
  'answers reordered',
  'answer forged by another node',
  'answer forged by a controller',
  'answer forged by a controller that says it is a node',
  'answer of a replaced session',
  'update forged by another node',
  'update of no subscription',
  'update malformed',
  'controller hung up',
  'controller fell silent',
  'controller came back',
  'node hung up',
  'node fell silent',
  'node came back',
  'node taken over by the same process',
  'node taken over by another process',
  'node taken over by a process without a name',
  'replaced socket reported closed late',
  'grant withdrawn from work',
  'grant expired under work',
  'client removed from work',
  'token family revoked from work',
  'clock jumped forward',
  'clock jumped back',
  'controller reads slowly',
  'node reads slowly',
  'disk slow',
  'disk full',
  'relay stopped at work',
  'relay crashed at work',
  'crash lost records',
  'text malformed',
  'frame out of place',
  'stranger at the door',
  'frames before the auth was verified',
  'right ended while the auth was verified',
  'second auth',
] as const;

export type Fault = (typeof FAULTS)[number];

/** How commands end once they were accepted. */
const ENDS = [
  'ended: answered by its node',
  'ended: outcome given again',
  ...each('ended', [
    ...['acl_missing_node_grant', 'command_cancelled', 'command_timed_out', 'controller_revoked'],
    ...['journal_unavailable', 'node_disconnected', 'outcome_unknown', 'queue_wait_timed_out'],
    ...['relay_shutting_down', 'tab_locked'],
  ]),
];

/** How frames are refused. */
const REFUSALS = each('refused', [
  ...['acl_missing_node_grant', 'already_initialized', 'command_not_found', 'command_owner_mismatch'],
  ...['controller_queue_overflow', 'controller_revoked', 'duplicate_request_id', 'forbidden_action', 'forbidden_role'],
  ...['forbidden_scope', 'idempotency_key_reused', 'invalid_access_token', 'invalid_command', 'invalid_envelope'],
  ...['invalid_extension_log', 'invalid_json', 'invalid_listener_update', 'invalid_logs_subscribe'],
  ...['invalid_timestamp', 'listener_node_mismatch', 'listener_not_found', 'listener_owner_mismatch'],
  ...['lock_not_owned', 'missing_access_token', 'missing_listener_target', 'missing_replay_nonce'],
  ...['missing_tab_session', 'missing_target_node', 'missing_target_request', 'node_busy', 'node_mismatch'],
  ...['node_offline', 'not_initialized', 'rate_limited', 'replay_rejected', 'role_mismatch', 'tab_busy'],
  ...['tab_locked', 'tab_queue_overflow', 'timestamp_out_of_window', 'too_many_commands', 'too_many_listeners'],
  ...['too_many_locks', 'unauthenticated', 'unsupported_protocol_version'],
]);

/** What else the relay says. */
const NEWS = [
  ...each('told', [
    ...['cancel_ack cancelled', 'cancel_ack forwarded', 'listener_ended acl_missing_node_grant'],
    ...['listener_ended node_disconnected', 'listener_updates_dropped', 'lock_acquired', 'lock_conflict'],
    ...['lock_expired', 'lock_released', 'lock_renewed', 'log', 'log_entries_dropped', 'logs_subscribed'],
    ...['queued', 'routed', 'stream cancelled', 'stream failed', 'stream timed_out', 'update'],
  ]),
  ...each('asked of a node', ['command', 'stop', 'close_owned', 'command_status', 'unsubscribe']),
  ...each('closed', ['1001', '1002', '1008', '4401', '4403', '4408', '4409']),
];

/** Everything that storms must bring about; what they no longer do would be promised and not looked at. */
export const EXPECTED: readonly string[] = [...FAULTS, ...ENDS, ...REFUSALS, ...NEWS];

/** How often each thing has happened. */
export type Counts = Readonly<Record<string, number>>;

/** Counts what happens in one storm. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** A fault befell the relay. */
  fault(kind: Fault, count = 1): void {
    this.add(kind, count);
  }

  add(kind: string, count = 1): void {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  get counts(): Counts {
    return Object.fromEntries(this.#counts);
  }
}

/** Both together. */
export function sumOf(one: Counts, other: Counts): Counts {
  const sum: Record<string, number> = { ...one };
  for (const [kind, count] of Object.entries(other)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** How many faults there were in all. */
export function faultsIn(counts: Counts): number {
  return FAULTS.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}

/** What was expected and happened less often than `countMin` times. */
export function rareIn(counts: Counts, countMin: number): string[] {
  return EXPECTED.filter((kind) => (counts[kind] ?? 0) < countMin);
}

/** For people: each kind with its count. */
export function tableOf(counts: Counts): string {
  const others = Object.keys(counts).filter((kind) => !EXPECTED.includes(kind));
  return [...EXPECTED, ...others.sort()].map((kind) => `${String(counts[kind] ?? 0).padStart(9)}  ${kind}`).join('\n');
}

function each(of: string, kinds: readonly string[]): string[] {
  return kinds.map((kind) => `${of}: ${kind}`);
}
