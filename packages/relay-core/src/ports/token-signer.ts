/** Signs and verifies access tokens. */
export interface TokenSigner {
  sign(claims: Claims, ttlMs: number): Promise<string>;
  /** The claims of a genuine, unexpired token; rejects otherwise. */
  verify(token: string): Promise<VerifiedClaims>;
}

/** What a token says of its bearer. */
export interface Claims {
  readonly role: 'controller' | 'node';
  readonly nodeId?: string;
  readonly controllerId?: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** The refresh family; absent in tokens made elsewhere with the same secret. */
  readonly sid?: string;
}

export interface VerifiedClaims extends Claims {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}
