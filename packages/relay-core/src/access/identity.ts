import type { Role } from '@telepat/otto-protocol';

/** Who a verified access token speaks for. */
export interface Identity {
  readonly role: Role;
  readonly nodeId?: string;
  readonly controllerId?: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** The refresh family; absent in tokens made elsewhere. */
  readonly sid?: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * The name under which quotas, nonces, ownership and clean-up are kept: a controller's client, else its controllerId;
 * a node's id.
 */
export function identityKey(identity: Identity): string {
  if (identity.role === 'node') return identity.nodeId ?? '';
  return identity.clientId ?? identity.controllerId ?? identity.sid ?? '';
}

/** Who makes an HTTP request: nobody in particular, the owner of the relay, or the bearer of an access token. */
export type Caller =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'bearer'; readonly identity: Identity };

/** Where a request came from. */
export interface Origin {
  readonly address: string;
  /** The peer is this machine and nothing says that it forwards for someone else. */
  readonly isLoopback: boolean;
  /** The `Origin` header, when it is a browser extension's. */
  readonly extensionOrigin?: string;
}
