import * as z from 'zod';
import { KEEP_TABS_MS_MAX, KEPT_STRING_LENGTH_MAX } from '../limits.js';
import { LOG_LEVELS, LOG_SOURCES, logEntrySchema } from '../log-entry.js';

const kept = z.string().max(KEPT_STRING_LENGTH_MAX);

/** relay → controller: the command waits in its tab's queue; `queueDepth` counts it too. */
export const queuedEvent = z.looseObject({
  type: z.literal('queued'),
  targetNodeId: z.string(),
  tabSessionId: z.string(),
  queueDepth: z.number(),
});

/** relay → controller: the command was handed to the node. */
export const routedEvent = z.looseObject({
  type: z.literal('routed'),
  targetNodeId: z.string(),
  tabSessionId: z.string().optional(),
});

/** relay → controller: the answer to `command_cancel`. */
export const cancelAckEvent = z.looseObject({
  type: z.literal('cancel_ack'),
  targetRequestId: z.string(),
  status: z.enum(['cancelled', 'forwarded']),
});

/** relay → node: somebody waits for this durable command for longer than it was sent with; so much is left from now on. */
export const commandDeadlineEvent = z.looseObject({
  type: z.literal('command_deadline'),
  targetRequestId: kept,
  timeoutMs: z.number().positive(),
});

/** controller → relay, before it closes: keep my tabs for a while. */
export const sessionDetachEvent = z.looseObject({
  type: z.literal('session_detach'),
  keepTabsMs: z.number().min(0).max(KEEP_TABS_MS_MAX).optional(),
});

/** node → relay → controller: news of a subscription, under the `requestId` of its subscribe. */
export const listenerUpdateEvent = z.looseObject({
  type: z.literal('listener_update'),
  data: z.unknown().refine((data) => data !== undefined),
  updateType: kept.optional(),
  emittedAt: z.union([z.string().max(KEPT_STRING_LENGTH_MAX), z.number()]).optional(),
});

/** relay → controller: so many updates were left out, because they were not read in time. */
export const listenerUpdatesDroppedEvent = z.looseObject({
  type: z.literal('listener_updates_dropped'),
  count: z.number(),
});

/** relay → controller: the subscription has ended, and why. */
export const listenerEndedEvent = z.looseObject({ type: z.literal('listener_ended'), reason: z.string() });

/** controller → relay: send me new log entries of this source. */
export const logsSubscribeEvent = z.looseObject({
  type: z.literal('logs_subscribe'),
  source: z.enum([...LOG_SOURCES, 'all']).optional(),
});

/** relay → controller: one new log entry. */
export const logEvent = z.looseObject({ type: z.literal('log'), entry: logEntrySchema });

/** relay → controller: so many log entries were left out, because they were not read in time. */
export const logEntriesDroppedEvent = z.looseObject({ type: z.literal('log_entries_dropped'), count: z.number() });

/** node → relay: one entry for the operation log. */
export const extensionLogEvent = z.looseObject({
  type: z.literal('extension_log'),
  entry: z.looseObject({
    type: kept.min(1),
    level: z.enum(LOG_LEVELS).optional(),
    timestamp: kept.optional(),
    requestId: kept.optional(),
    traceId: kept.optional(),
    action: kept.optional(),
    status: kept.optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type QueuedEvent = z.infer<typeof queuedEvent>;
export type RoutedEvent = z.infer<typeof routedEvent>;
export type CancelAckEvent = z.infer<typeof cancelAckEvent>;
export type SessionDetachEvent = z.infer<typeof sessionDetachEvent>;
export type ExtensionLogEvent = z.infer<typeof extensionLogEvent>;
export type ListenerUpdateEvent = z.infer<typeof listenerUpdateEvent>;
export type ListenerUpdatesDroppedEvent = z.infer<typeof listenerUpdatesDroppedEvent>;
export type ListenerEndedEvent = z.infer<typeof listenerEndedEvent>;
export type LogsSubscribeEvent = z.infer<typeof logsSubscribeEvent>;
