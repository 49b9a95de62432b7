import { OttoError, authPayload, type AuthAckPayload, type Envelope, type Role } from '@telepat/otto-protocol';
import type { Access } from '../access/access.js';
import type { Identity } from '../access/identity.js';

/**
 * Who an `auth` frame speaks for, measured against what was said before: the role of the connection, and for a node
 * the id of its hello.
 *
 * @throws OttoError `missing_access_token`, `invalid_access_token`, `role_mismatch`, `node_mismatch`
 */
export async function identityOf(
  frame: Envelope,
  expected: { role: Role; nodeId?: string | undefined },
  access: Access,
): Promise<Identity> {
  const payload = authPayload.safeParse(frame.payload);
  if (!payload.success) throw new OttoError('missing_access_token');
  const identity = await access.tokens.verify(payload.data.accessToken);
  if (identity.role !== expected.role) throw new OttoError('role_mismatch');
  if (identity.role !== 'node') return identity;

  if (identity.nodeId === undefined) throw new OttoError('invalid_access_token');
  if (expected.nodeId !== undefined && identity.nodeId !== expected.nodeId) throw new OttoError('node_mismatch');
  return identity;
}

/** The payload of `auth_ack`. */
export function authAck(identity: Identity, relayVersion: string): AuthAckPayload {
  const { role, nodeId, controllerId, scopes } = identity;
  return {
    accepted: true,
    role,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(controllerId === undefined ? {} : { controllerId }),
    scopes: [...scopes],
    relayVersion,
  };
}
