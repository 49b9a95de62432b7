import * as z from 'zod';

export const COMMAND_OUTCOMES = ['completed', 'failed', 'timed_out', 'cancelled'] as const;

/** node → relay → controller: the command was carried out, or the node says why not. */
export const resultPayload = z.looseObject({
  ok: z.boolean(),
  durationMs: z.number(),
  action: z.string(),
  data: z.unknown().optional(),
  warnings: z.array(z.string()).optional(),
  commandOutcome: z.enum(COMMAND_OUTCOMES).optional(),
});

/** node → controller, or relay → anyone. Nodes have codes of their own beside the catalogue's. */
export const errorPayload = z.looseObject({
  category: z.enum(['auth', 'validation', 'routing', 'execution', 'timeout', 'lock_conflict', 'internal']),
  code: z.string(),
  message: z.string(),
  retryable: z.boolean().optional(),
  effect: z.enum(['none', 'unknown']).optional(),
});

export type ResultPayload = z.infer<typeof resultPayload>;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];
