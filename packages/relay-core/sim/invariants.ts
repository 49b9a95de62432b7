/** What must hold in every history, whatever happens: each by its name, in one sentence. */
export const INVARIANTS = {
  one_terminal: 'Every accepted command whose controller stays gets exactly one terminal frame, in time.',
  true_reason: "A terminal frame of the relay's making has a reason that holds, and tells effect and retry honestly.",
  answered_as_told: 'Each frame of a peer is answered with what PROTOCOL.md says, and nothing else.',
  malformed_costs_sender: 'Malformed text costs its sender an error and nobody else anything.',
  one_at_a_time:
    'A tab runs one command at a time; one that was told to stop counts for 5 s or until the node confirms.',
  in_order: "Commands that wait in a tab start in the order they came, the lock holder's first while it holds.",
  lock_admits_holder: 'While a session holds a tab, no other starts a command there; a lease ends on time.',
  nobody_waits_for_nobody: 'No command waits in a tab that is free for it.',
  granted: 'No command reaches a node that does not grant it at that moment; rights that end take effect at once.',
  only_its_node: "No node's answer settles, and no node's update reaches, what belongs to another node or session.",
  told_to_stop: 'A node is told to stop a command exactly once, and only for a reason.',
  for_its_eyes: 'No frame is delivered to a session that may not see it.',
  none_after_close: 'No frame is sent to a session that is closed.',
  closed_for_cause: 'A socket is closed for a reason that holds, with its code, and on time.',
  relay_asks_for_cause: 'The relay itself asks a node for something exactly when it must.',
  drops_are_counted: 'What a slow reader misses is counted, told as soon as there is room, and never a terminal frame.',
  executed_once: 'A durable command is sent to its node at most once, whatever is lost, repeated or restarted.',
  on_disk_first: 'A durable command leaves once that is on disk, and its outcome is delivered once that is.',
  same_outcome: 'All who submit one idempotency key hear the one outcome that its command had.',
  tables_match: 'The relay holds what is live and nothing else: its tables are as large as the world says.',
  within_bounds: 'Every table stays within its stated bound.',
  quiet_is_empty: 'When all is quiet every table is empty and no timer is armed.',
  fresh_command_runs: 'When all is quiet one fresh command per tab runs at once.',
  no_bug: 'The relay meets no bug of its own.',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** A history broke an invariant. */
export class BrokenInvariant extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(what);
    this.invariant = invariant;
  }
}

/** Holds the relay to an invariant; `what` says how it was broken. */
export function demand(holds: boolean, invariant: Invariant, what: () => string): asserts holds {
  if (!holds) throw new BrokenInvariant(invariant, what());
}
