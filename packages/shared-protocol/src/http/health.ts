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

/** What `otto status` shows: the operator's view of the running relay. */
export const statusReply = z.object({
  version: z.string(),
  pid: z.number(),
  port: z.number(),
  uptimeMs: z.number(),
  sessions: z.array(
    z.object({
      role: z.enum(['controller', 'node']),
      identity: z.string(),
      connectedAt: z.number(),
      lastFrameAt: z.number(),
    }),
  ),
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      capabilities: z.array(z.string()),
      connectedAt: z.number(),
      lastPongAt: z.number(),
      inFlight: z.number(),
      queued: z.number(),
    }),
  ),
  warnings: z.array(z.string()),
});

export type HealthReply = z.infer<typeof healthReply>;
export type ReadyReply = z.infer<typeof readyReply>;
export type StatusReply = z.infer<typeof statusReply>;

/** The body of every failed HTTP answer; `error` and `code` are the same text. */
export const httpErrorReply = z.looseObject({ error: z.string(), code: z.string(), message: z.string() });
export type HttpErrorReply = z.infer<typeof httpErrorReply>;
