import * as z from 'zod';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_SOURCES = ['relay', 'controller', 'node'] as const;

/** What the relay itself writes; nodes add types of their own. */
export const LOG_TYPES = [
  'relay_started',
  'relay_stopping',
  'ws_upgrade_rejected',
  'auth_ack',
  'auth_rejected',
  'unauthenticated_frame_rejected',
  'pairing_requested',
  'pairing_approved',
  'controller_client_registered',
  'controller_client_token_issued',
  'controller_client_auth_failed',
  'controller_client_removed',
  'controller_scopes_changed',
  'node_removed',
  'refresh_token_reused',
  'controller_acl_granted',
  'controller_acl_revoked',
  'controller_acl_denied',
  'node_connected',
  'node_disconnected',
  'node_replaced',
  'controller_connected',
  'controller_disconnected',
  'controller_heartbeat_timeout',
  'command_routed',
  'command_queued',
  'command_cancel_requested',
  'result',
  'error',
  'late_result_dropped',
  'result_owner_mismatch',
  'queued_command_dropped',
  'listener_subscribed',
  'listener_update',
  'listener_ended',
  'stream_opened',
  'stream_ended',
  'lock_acquired',
  'lock_conflict',
  'lock_expired',
  'lock_released',
  'orphan_tab_cleanup_dispatched',
  'log_entries_dropped',
  'refusals_left_out',
  'unknown_event_dropped',
] as const;

/** One entry of the operation log, as stored and as queries give it. */
export const logEntrySchema = z.looseObject({
  id: z.string(),
  timestamp: z.string(),
  level: z.enum(LOG_LEVELS),
  source: z.enum(LOG_SOURCES),
  type: z.string(),
  requestId: z.string().optional(),
  traceId: z.string().optional(),
  nodeId: z.string().optional(),
  clientId: z.string().optional(),
  controllerId: z.string().optional(),
  action: z.string().optional(),
  status: z.string().optional(),
  durationMs: z.number().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogSource = (typeof LOG_SOURCES)[number];
export type RelayLogType = (typeof LOG_TYPES)[number];

/** `id` sorts by time. */
export interface LogEntry {
  readonly id: string;
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly type: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly nodeId?: string;
  readonly clientId?: string;
  readonly controllerId?: string;
  readonly action?: string;
  readonly status?: string;
  readonly durationMs?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}
