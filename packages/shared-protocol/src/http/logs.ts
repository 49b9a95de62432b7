import * as z from 'zod';
import { logEntrySchema, LOG_LEVELS, LOG_SOURCES } from '../log-entry.js';
import { LOG_ENTRIES_MAX } from '../limits.js';

/** The filters of `GET /api/logs`. Query values are text; each problem has a code of its own. */
export const logsQuery = z.object({
  since: z.iso.datetime({ offset: true, error: 'invalid_since' }).optional(),
  level: z.enum(LOG_LEVELS, { error: 'invalid_level' }).optional(),
  source: z.enum([...LOG_SOURCES, 'all'], { error: 'invalid_source' }).optional(),
  latest: z
    .string({ error: 'invalid_latest' })
    .regex(/^[1-9]\d{0,8}$/, { error: 'invalid_latest' })
    .transform((text) => Math.min(Number(text), LOG_ENTRIES_MAX))
    .optional(),
  nodeId: z.string().max(200).optional().catch(undefined),
  requestId: z.string().max(200).optional().catch(undefined),
});

export const logsReply = z.object({ logs: z.array(logEntrySchema) });

/** `GET /api/logs/status`. Without a token only how long entries are kept and how much room they take. */
export const logsStatusReply = z.object({
  retentionDays: z.number(),
  sizeBytes: z.number(),
  totalEvents: z.number().optional(),
  windowing: z.object({ mode: z.literal('daily'), maxFileBytes: z.number() }).optional(),
  oldest: z.string().optional(),
  newest: z.string().optional(),
  /** Older files are still being counted. */
  counting: z.literal(true).optional(),
});

export type LogsStatusReply = z.infer<typeof logsStatusReply>;
export type LogsQuery = z.infer<typeof logsQuery>;
export type LogsReply = z.infer<typeof logsReply>;
