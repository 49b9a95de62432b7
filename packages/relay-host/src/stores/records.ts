import * as z from 'zod';
import type { ControllerClient, Grant, RefreshSession, SealedSecret, TabOwner } from '@telepat/otto-relay-core';

const time = z.number().int().nonnegative();

const sealedSecret: z.ZodType<SealedSecret> = z.object({
  algorithm: z.enum(['sha256', 'scrypt']),
  salt: z.string(),
  hash: z.string(),
});

export const clientRecord: z.ZodType<ControllerClient> = z.object({
  clientId: z.string().min(1),
  name: z.string(),
  description: z.string(),
  normalizedName: z.string(),
  avatarSeed: z.string(),
  secret: sealedSecret,
  scopes: z.array(z.string()),
  createdAt: time,
  lastUsedAt: time.exactOptional(),
  revokedAt: time.exactOptional(),
});

export const grantRecord: z.ZodType<Grant> = z.object({
  clientId: z.string().min(1),
  nodeId: z.string().min(1),
  grantedByNodeId: z.string(),
  grantedAt: time,
  expiresAt: time.exactOptional(),
});

export const refreshSessionRecord: z.ZodType<RefreshSession> = z.object({
  sid: z.string().min(1),
  role: z.enum(['controller', 'node']),
  nodeId: z.string().exactOptional(),
  controllerId: z.string().exactOptional(),
  clientId: z.string().exactOptional(),
  scopes: z.array(z.string()),
  issuedAt: time,
  expiresAt: time,
  rotatedAt: time.exactOptional(),
  pairedAt: time.exactOptional(),
  origin: z.string().exactOptional(),
});

export const tabOwnerRecord: z.ZodType<TabOwner> = z.object({
  controllerClientId: z.string().min(1),
  nodeId: z.string().min(1),
  since: time,
});

/** Lines of older installations, which kept refresh tokens as they are and hashed client secrets with scrypt. */
export const legacySessionLine = z.object({
  token: z.string().startsWith('rt_'),
  session: z.object({
    role: z.enum(['controller', 'node']),
    nodeId: z.string().exactOptional(),
    controllerId: z.string().exactOptional(),
    clientId: z.string().exactOptional(),
    scopes: z.array(z.string()),
    expiresAt: time,
  }),
});

export const legacyClientLine = z.object({
  client: z.object({
    clientId: z.string().min(1),
    name: z.string(),
    description: z.string(),
    normalizedName: z.string(),
    avatarSeed: z.string(),
    secretSalt: z.string().min(1),
    secretHash: z.string().min(1),
    createdAt: time,
    lastUsedAt: time.exactOptional(),
    revokedAt: time.exactOptional(),
  }),
});

export const legacyGrantLine = z.object({ grant: grantRecord });
