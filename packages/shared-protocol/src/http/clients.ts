import * as z from 'zod';
import { optionalText, requiredText } from './field.js';

export const registerBody = z.object({
  name: requiredText('controller_metadata_required', 100),
  description: requiredText('controller_metadata_required', 500),
  avatarSeed: optionalText(),
});

export const registerReply = z.object({
  clientId: z.string(),
  name: z.string(),
  description: z.string(),
  avatarSeed: z.string(),
  clientSecret: z.string(),
  createdAt: z.number(),
});

export const clientTokenBody = z.object({
  clientId: requiredText('client_credentials_required'),
  clientSecret: requiredText('client_credentials_required', 512),
});

export const clientTokenReply = z.object({
  clientId: z.string(),
  controllerId: z.string(),
  scopes: z.array(z.string()),
  accessToken: z.string(),
  refreshToken: z.string(),
});

export const removeClientBody = z.object({ clientId: requiredText('clientId_required') });

export const removeClientReply = z.object({
  ok: z.literal(true),
  clientId: z.string(),
  revokedAt: z.number(),
  aclRevokedCount: z.number(),
  refreshRevokedCount: z.number(),
  disconnectedSessions: z.number(),
  alreadyRevoked: z.boolean(),
});

export const removeAllClientsReply = z.object({
  ok: z.literal(true),
  removedClientIds: z.array(z.string()),
  removedCount: z.number(),
  aclRevokedCount: z.number(),
  refreshRevokedCount: z.number(),
  disconnectedSessions: z.number(),
});

export type RegisterReply = z.infer<typeof registerReply>;
export type ClientTokenReply = z.infer<typeof clientTokenReply>;
export type RemoveClientReply = z.infer<typeof removeClientReply>;
export type RemoveAllClientsReply = z.infer<typeof removeAllClientsReply>;
