import { ID_PREFIXES } from '@telepat/otto-protocol';
import type { RelayConfig } from '../config.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Secrets } from '../ports/secrets.js';
import type { RefreshSession } from '../ports/storage.js';
import type { Claims, TokenSigner } from '../ports/token-signer.js';
import type { FamilyOwner, NewToken } from './token-families.js';

/** Makes tokens and remembers nothing. */
export class TokenMint {
  readonly #config: RelayConfig;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #secrets: Secrets;
  readonly #tokenSigner: TokenSigner;

  constructor(options: TokenMintOptions) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#secrets = options.secrets;
    this.#tokenSigner = options.tokenSigner;
  }

  /** An access token, and `refreshToken` or a random one, of a new family unless `sid` names one. */
  async tokens(grantee: Grantee, refreshToken = this.#secrets.newRefreshToken()): Promise<MintedTokens> {
    const claims = claimsOf(grantee, grantee.sid ?? this.#ids.next(ID_PREFIXES.refreshFamily));
    const accessToken = await this.access(claims);
    const issuedAt = this.#clock.now();
    const expiresAt = issuedAt + this.#config.refreshTokenTtlMs;
    const session: RefreshSession = { ...claims, ...pairingOf(grantee, issuedAt), issuedAt, expiresAt };
    return { accessToken, refreshToken, digest: this.#secrets.digest(refreshToken), session };
  }

  /** An access token alone. */
  access(claims: Claims): Promise<string> {
    return this.#tokenSigner.sign(claims, this.#config.accessTokenTtlMs);
  }
}

function claimsOf(grantee: Grantee, sid: string): Claims & { sid: string } {
  const { role, nodeId, controllerId, clientId, scopes } = grantee;
  return {
    role,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(controllerId === undefined ? {} : { controllerId }),
    ...(clientId === undefined ? {} : { clientId }),
    scopes,
    sid,
  };
}

/** What is remembered of a node's pairing in each of its tokens; the first ones are issued as it is approved. */
function pairingOf({ role, pairedAt, origin }: Grantee, now: number): Pick<RefreshSession, 'pairedAt' | 'origin'> {
  if (role !== 'node') return {};
  return { pairedAt: pairedAt ?? now, ...(origin === undefined ? {} : { origin }) };
}

/** Who tokens are for; without `sid` they begin a new family. */
export interface Grantee extends FamilyOwner {
  readonly scopes: readonly string[];
  readonly sid?: string;
}

/** A pair of tokens that nobody has yet, and what will be remembered of it. */
export interface MintedTokens extends NewToken {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface TokenMintOptions {
  readonly config: RelayConfig;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly secrets: Secrets;
  readonly tokenSigner: TokenSigner;
}
