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

export type LogsQuery = z.infer<typeof logsQuery>;
export type LogsReply = z.infer<typeof logsReply>;
