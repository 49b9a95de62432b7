import * as z from 'zod';
import { KEPT_STRING_LENGTH_MAX } from '../limits.js';

export const WAIT_POLICIES = ['fail_fast', 'wait_with_timeout'] as const;

const kept = z.string().min(1).max(KEPT_STRING_LENGTH_MAX);

/**
 * controller → relay → node. Documentation and tools use this schema; the relay checks the same by hand, in the order
 * that PROTOCOL.md gives, because each field has an error code of its own.
 */
export const commandPayload = z.looseObject({
  targetNodeId: kept,
  action: kept,
  payload: z.record(z.string(), z.unknown()).optional(),
  tabSessionId: kept.optional(),
  timeoutMs: z.number().optional(),
  waitPolicy: z.enum(WAIT_POLICIES).optional(),
  replayNonce: kept,
  /** Makes the command durable. */
  idempotencyKey: kept.optional(),
});

/** controller → relay; relay → node with `nodeId` and `action`. */
export const commandCancelPayload = z.looseObject({
  targetRequestId: kept,
  nodeId: z.string().optional(),
  action: z.string().optional(),
  /** To a node: why, where it is for another reason than somebody's wish or a deadline. */
  reason: z.string().optional(),
});

/** The `reason` of a cancel: whoever had sent the command was away for longer than the relay keeps it for them. */
export const CANCEL_REASON_UNATTENDED = 'unattended';

export type CommandPayload = z.infer<typeof commandPayload>;
export type CommandCancelPayload = z.infer<typeof commandCancelPayload>;
export type WaitPolicy = (typeof WAIT_POLICIES)[number];
