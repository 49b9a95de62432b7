import * as z from 'zod';

/** A challenge of 32 random bytes, to which the relay proves that it knows the operator token. */
export const healthQuery = z.object({
  challenge: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional()
    .catch(undefined),
});

export const healthReply = z.object({ status: z.literal('ok'), proof: z.string().optional() });

export const readyReply = z.object({
  status: z.enum(['starting', 'ready', 'degraded', 'stopping']),
  warnings: z.array(z.string()).optional(),
});

/** What precedes the challenge in the proof's HMAC. */
export const HEALTH_PROOF_PREFIX = 'otto-proof:';

export type HealthReply = z.infer<typeof healthReply>;
export type ReadyReply = z.infer<typeof readyReply>;

/** The body of every failed HTTP answer; `error` and `code` are the same text. */
export const httpErrorReply = z.looseObject({ error: z.string(), code: z.string(), message: z.string() });
export type HttpErrorReply = z.infer<typeof httpErrorReply>;
