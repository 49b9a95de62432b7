import type { EventLoopDelay } from './event-loop-delay.js';
import type { RelayTally } from './relay-tally.js';
import type { TimeBuckets } from './time-buckets.js';

/**
 * Every metric of `GET /metrics`, one row each: what it is, and where its numbers come from. Labels hold names of ours
 * only, so that nobody who connects can make the list longer.
 */
export const METRICS: Readonly<Record<string, MetricRow>> = {
  otto_info: {
    type: 'gauge',
    help: 'Always 1; the labels say which version of Otto runs on which Node.js.',
    labels: ['version', 'node'],
    read: ({ version }) => [{ value: 1, labels: { version, node: process.version } }],
  },
  otto_connections: {
    type: 'gauge',
    help: 'Open sockets, those that have not authenticated included.',
    read: ({ relay }) => [{ value: relay.connections }],
  },
  otto_sessions: {
    type: 'gauge',
    help: 'Authenticated sessions.',
    labels: ['role'],
    read: ({ sessions }) => labelled('role', new Map(Object.entries(sessions))),
  },
  otto_commands_total: {
    type: 'counter',
    help: 'Commands that were accepted and have ended, by group of action and outcome.',
    labels: ['group', 'outcome'],
    read: ({ tally }) =>
      [...tally.outcomes].flatMap(([group, outcomes]) =>
        [...outcomes].map(([outcome, value]) => ({ value, labels: { group, outcome } })),
      ),
  },
  otto_refusals_total: {
    type: 'counter',
    help: 'Frames of authenticated peers that the relay refused, by error code.',
    labels: ['code'],
    read: ({ tally }) => labelled('code', tally.refusals),
  },
  otto_commands_in_flight: {
    type: 'gauge',
    help: 'Commands that nodes have and have not answered.',
    read: ({ inFlight }) => [{ value: inFlight }],
  },
  otto_commands_queued: {
    type: 'gauge',
    help: 'Commands that wait for their tab.',
    read: ({ queued }) => [{ value: queued }],
  },
  otto_durable_commands_waiting: {
    type: 'gauge',
    help: 'Commands with an idempotency key whose outcome somebody waits for.',
    read: ({ relay }) => [{ value: relay.durable }],
  },
  otto_command_wait_seconds: {
    type: 'histogram',
    help: 'From the acceptance of a command until it was sent to its node.',
    labels: ['group'],
    times: ({ waits }) => waits,
  },
  otto_command_run_seconds: {
    type: 'histogram',
    help: 'From sending a command to its node until it ended, however it did.',
    labels: ['group'],
    times: ({ runs }) => runs,
  },
  otto_tab_locks: {
    type: 'gauge',
    help: 'Leases of tabs that are held.',
    read: ({ relay }) => [{ value: relay.locks }],
  },
  otto_listeners: {
    type: 'gauge',
    help: 'Active subscriptions of controllers.',
    read: ({ relay }) => [{ value: relay.listeners }],
  },
  otto_streams: { type: 'gauge', help: 'Open stream sessions.', read: ({ relay }) => [{ value: relay.streams }] },
  otto_listener_updates_total: {
    type: 'counter',
    help: 'Updates of subscriptions that nodes sent; counted once a second and subscription.',
    read: ({ tally }) => [{ value: tally.listenerUpdates }],
  },
  otto_listener_updates_dropped_total: {
    type: 'counter',
    help: 'Updates that were left out because their reader was too slow.',
    read: ({ tally }) => [{ value: tally.listenerUpdatesDropped }],
  },
  otto_frames_dropped_total: {
    type: 'counter',
    help: 'Frames that were dropped: outcomes that came late or from the wrong node, events that nobody knows, frames before authentication.',
    labels: ['reason'],
    read: ({ tally }) =>
      [...DROPS].map(([reason, type]) => ({ value: tally.events.get(type) ?? 0, labels: { reason } })),
  },
  otto_events_total: {
    type: 'counter',
    help: 'Entries of the operation log that the relay itself wrote, by type: logins refused, locks in conflict, nodes replaced and all the rest; also those that were left out because strangers provoked too many.',
    labels: ['type'],
    read: ({ tally }) => labelled('type', tally.events),
  },
  otto_log_entries_total: {
    type: 'counter',
    help: 'Entries of the operation log that the relay itself wrote, by level.',
    labels: ['level'],
    read: ({ tally }) => labelled('level', tally.entries),
  },
  otto_log_entries_dropped_total: {
    type: 'counter',
    help: 'Entries of the operation log that never reached the disk, because it could not follow.',
    read: ({ log }) => [{ value: log.droppedCount }],
  },
  otto_log_queue_bytes: {
    type: 'gauge',
    help: 'Bytes of log entries that wait for the disk, of 64 MiB at the most.',
    read: ({ log }) => [{ value: log.waitingBytes }],
  },
  otto_log_writer_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest log entry that is not on disk has waited.',
    read: ({ log }) => [{ value: log.lagMs / 1_000 }],
  },
  otto_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late the event loop was since the last time this was asked for.',
    labels: ['quantile'],
    read: ({ eventLoop }) => labelled('quantile', eventLoop.takeSeconds()),
  },
  process_cpu_user_seconds_total: {
    type: 'counter',
    help: 'CPU time spent in the code of the process.',
    read: () => [{ value: process.cpuUsage().user / 1_000_000 }],
  },
  process_cpu_system_seconds_total: {
    type: 'counter',
    help: 'CPU time spent in the operating system for the process.',
    read: () => [{ value: process.cpuUsage().system / 1_000_000 }],
  },
  process_start_time_seconds: {
    type: 'gauge',
    help: 'When the process began, in seconds since 1970.',
    read: ({ now }) => [{ value: Math.round(now / 1_000 - process.uptime()) }],
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the process.',
    read: ({ memory }) => [{ value: memory.rss }],
  },
  nodejs_heap_size_used_bytes: {
    type: 'gauge',
    help: 'Heap that is in use.',
    read: ({ memory }) => [{ value: memory.heapUsed }],
  },
  nodejs_heap_size_total_bytes: {
    type: 'gauge',
    help: 'Heap that is taken.',
    read: ({ memory }) => [{ value: memory.heapTotal }],
  },
  nodejs_external_memory_bytes: {
    type: 'gauge',
    help: 'Memory outside the heap: buffers, above all.',
    read: ({ memory }) => [{ value: memory.external }],
  },
};

/** Which types of entries tell of dropped frames. */
const DROPS: ReadonlyMap<string, string> = new Map([
  ['late_outcome', 'late_result_dropped'],
  ['wrong_node', 'result_owner_mismatch'],
  ['unknown_event', 'unknown_event_dropped'],
  ['unauthenticated', 'unauthenticated_frame_rejected'],
]);

function labelled(label: string, values: ReadonlyMap<string, number>): Sample[] {
  return [...values].map(([name, value]) => ({ value, labels: { [label]: name } }));
}

/** One metric. Counters and gauges are read, histograms are counted by group of action. */
export type MetricRow = { readonly help: string; readonly labels?: readonly string[] } & (
  | { readonly type: 'counter' | 'gauge'; readonly read: (facts: MetricFacts) => readonly Sample[] }
  | { readonly type: 'histogram'; readonly times: (tally: RelayTally) => ReadonlyMap<string, TimeBuckets> }
);

interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Everything that is known of a relay at one moment. */
export interface MetricFacts {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly version: string;
  readonly tally: RelayTally;
  readonly relay: {
    readonly connections: number;
    readonly locks: number;
    readonly listeners: number;
    readonly streams: number;
    readonly durable: number;
  };
  readonly sessions: { readonly controller: number; readonly node: number };
  readonly inFlight: number;
  readonly queued: number;
  readonly log: { readonly waitingBytes: number; readonly lagMs: number; readonly droppedCount: number };
  readonly eventLoop: Pick<EventLoopDelay, 'takeSeconds'>;
  readonly memory: NodeJS.MemoryUsage;
}
