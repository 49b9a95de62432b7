import * as z from 'zod';
import type { ErrorCode } from '../errors.js';
import { KEPT_STRING_LENGTH_MAX, SCOPES_PER_CLIENT_MAX } from '../limits.js';
import { SCOPE_PATTERN } from '../scopes.js';
import { idText, optionalText, requiredText, tokenText } from './field.js';

export const registerBody = z.object({
  name: requiredText('controller_metadata_required', 100),
  description: requiredText('controller_metadata_required', 500),
  avatarSeed: optionalText(),
});

export const registerReply = z.object({
  clientId: idText('clt'),
  name: z.string(),
  description: z.string(),
  avatarSeed: z.string(),
  clientSecret: tokenText(),
  createdAt: z.number(),
});

export const clientTokenBody = z.object({
  clientId: requiredText('client_credentials_required'),
  clientSecret: requiredText('client_credentials_required', 512),
});

export const clientTokenReply = z.object({
  clientId: idText('clt'),
  controllerId: idText('ctl'),
  scopes: z.array(z.string()),
  accessToken: tokenText(),
  refreshToken: tokenText(),
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

const code = { error: 'invalid_scopes' } as const satisfies { error: ErrorCode };

export const clientScopesBody = z.object({
  clientId: requiredText('clientId_required'),
  scopes: z
    .array(z.string(code).max(KEPT_STRING_LENGTH_MAX, code).regex(SCOPE_PATTERN, code), code)
    .max(SCOPES_PER_CLIENT_MAX, code),
});

/** A registered client, without what its secret is kept as. */
export const clientReply = z.object({
  clientId: z.string(),
  name: z.string(),
  description: z.string(),
  avatarSeed: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});

/** `client`: an id, or a name. */
export const clientListQuery = z.object({ client: optionalText() });

/** At most `CLIENTS_LISTED_MAX`, by name, of `clientCount` in all. */
export const clientListReply = z.object({ clients: z.array(clientReply), clientCount: z.number() });

export type ClientReply = z.infer<typeof clientReply>;
export type ClientListReply = z.infer<typeof clientListReply>;
export type RegisterReply = z.infer<typeof registerReply>;
export type ClientTokenReply = z.infer<typeof clientTokenReply>;
export type RemoveClientReply = z.infer<typeof removeClientReply>;
export type RemoveAllClientsReply = z.infer<typeof removeAllClientsReply>;
