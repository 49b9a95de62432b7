import * as z from 'zod';
import { ROLES } from '../envelope.js';

/** client → relay. */
export const authPayload = z.looseObject({ accessToken: z.string().min(1) });

/** relay → client: who the relay takes it for, and what it may do. */
export const authAckPayload = z.looseObject({
  accepted: z.literal(true),
  role: z.enum(ROLES),
  nodeId: z.string().optional(),
  controllerId: z.string().optional(),
  scopes: z.array(z.string()),
  relayVersion: z.string(),
});

/** authenticated client → relay: rotates a refresh token of its own identity. */
export const refreshPayload = z.looseObject({ refreshToken: z.string().min(1) });

/** relay → client. */
export const refreshAckPayload = z.looseObject({ accessToken: z.string(), refreshToken: z.string() });

export type AuthPayload = z.infer<typeof authPayload>;
export type AuthAckPayload = z.infer<typeof authAckPayload>;
export type RefreshPayload = z.infer<typeof refreshPayload>;
export type RefreshAckPayload = z.infer<typeof refreshAckPayload>;
