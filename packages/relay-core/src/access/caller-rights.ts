import { OttoError, holdsScope, type RelayScope } from '@telepat/otto-protocol';
import type { Caller, Identity } from './identity.js';

/** Whether a caller owns the relay or is a controller that holds one of the relay's scopes. */
export function mayAs(caller: Caller, scope: RelayScope): boolean {
  if (caller.kind === 'operator') return true;
  const identity = identityOf(caller);
  return identity?.role === 'controller' && holdsScope(identity.scopes, scope);
}

/** The identity of a caller with an access token. */
export function identityOf(caller: Caller): Identity | undefined {
  return caller.kind === 'bearer' ? caller.identity : undefined;
}

/**
 * Refuses whoever is neither the operator nor a controller.
 *
 * @throws OttoError `missing_access_token`, `forbidden_role`
 */
export function requireController(caller: Caller): void {
  if (caller.kind === 'anyone') throw new OttoError('missing_access_token');
  if (identityOf(caller)?.role === 'node') throw new OttoError('forbidden_role');
}

/**
 * The id of the node that calls.
 *
 * @throws OttoError `forbidden_role`
 */
export function requireNodeId(identity: Identity): string {
  if (identity.role !== 'node' || identity.nodeId === undefined) throw new OttoError('forbidden_role');
  return identity.nodeId;
}
