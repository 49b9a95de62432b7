import * as z from 'zod';

export const accessBody = z.object({
  clientId: z
    .string({ error: 'clientId_and_grant_required' })
    .min(1, { error: 'clientId_and_grant_required' })
    .max(200, { error: 'client_not_found' }),
  grant: z.boolean({ error: 'clientId_and_grant_required' }),
  expiresAt: z.int({ error: 'invalid_expiresAt' }).positive({ error: 'invalid_expiresAt' }).optional(),
});

export const accessReply = z.object({
  ok: z.literal(true),
  clientId: z.string(),
  nodeId: z.string(),
  granted: z.boolean(),
});

export const accessListReply = z.object({
  nodeId: z.string(),
  clients: z.array(
    z.object({
      clientId: z.string(),
      name: z.string(),
      description: z.string(),
      avatarSeed: z.string(),
      createdAt: z.number(),
      lastUsedAt: z.number().optional(),
      revoked: z.boolean(),
      granted: z.boolean(),
      grantExpiresAt: z.number().optional(),
    }),
  ),
});

export type AccessReply = z.infer<typeof accessReply>;
export type AccessListReply = z.infer<typeof accessListReply>;
