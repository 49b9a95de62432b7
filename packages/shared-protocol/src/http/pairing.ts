import * as z from 'zod';
import { NODE_ID_PATTERN } from '../ids.js';
import { optionalText, requiredText } from './field.js';

export const pairingRequestBody = z.object({
  nodeId: z
    .string({ error: 'nodeId_required' })
    .min(1, { error: 'nodeId_required' })
    .regex(NODE_ID_PATTERN, { error: 'invalid_nodeId' }),
  challengeId: optionalText(),
});

export const pairingRequestReply = z.object({
  challengeId: z.string(),
  // People are told to type it into a command.
  code: z.string().regex(/^[0-9]{3}-?[0-9]{3}$/),
  nodeId: z.string(),
  status: z.literal('pending'),
  expiresAt: z.number(),
});

export const pairingPendingReply = z.object({
  pending: z.array(
    z.object({
      code: z.string(),
      nodeId: z.string(),
      status: z.literal('pending'),
      expiresAt: z.number(),
      requestedFrom: z.string().optional(),
      requestedAt: z.number().optional(),
      alreadyPaired: z.boolean().optional(),
    }),
  ),
});

export const pairingApproveBody = z.object({ code: requiredText('code_required', 32) });

export const pairingApproveReply = z.object({
  nodeId: z.string(),
  status: z.literal('approved'),
  challengeId: z.string().optional(),
  controllerId: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  controllerAccessToken: z.string().optional(),
  controllerRefreshToken: z.string().optional(),
});

export const pairingStatusQuery = z.object({ challengeId: requiredText('challengeId_required') });

export const pairingStatusReply = z.object({
  challengeId: z.string(),
  nodeId: z.string(),
  status: z.enum(['pending', 'approved', 'expired']),
  expiresAt: z.number(),
  approvedAt: z.number().optional(),
  nodeAccessToken: z.string().optional(),
  nodeRefreshToken: z.string().optional(),
});

export type PairingRequestReply = z.infer<typeof pairingRequestReply>;
export type PairingPendingReply = z.infer<typeof pairingPendingReply>;
export type PairingApproveReply = z.infer<typeof pairingApproveReply>;
export type PairingStatusReply = z.infer<typeof pairingStatusReply>;
