import * as z from 'zod';
import { ROLES } from '../envelope.js';
import { NODE_ID_PATTERN } from '../ids.js';
import { KEPT_STRING_LENGTH_MAX } from '../limits.js';

/** Capabilities that a node may announce at most. */
export const CAPABILITIES_MAX = 256;

const name = z.string().min(1).max(KEPT_STRING_LENGTH_MAX);

/** client → relay, once, first. */
export const helloPayload = z.looseObject({
  role: z.enum(ROLES),
  capabilities: z.array(name).max(CAPABILITIES_MAX).optional(),
  nodeId: z.string().regex(NODE_ID_PATTERN).optional(),
  instanceId: name.optional(),
});

/** relay → client. */
export const helloAckPayload = z.looseObject({
  accepted: z.literal(true),
  heartbeatIntervalMs: z.number(),
  relayVersion: z.string(),
  relayTime: z.string(),
});

export type HelloPayload = z.infer<typeof helloPayload>;
export type HelloAckPayload = z.infer<typeof helloAckPayload>;
