import { NODE_ID_PATTERN, OttoError } from '@telepat/otto-protocol';
import type { RefreshReply, RevokeReply } from '@telepat/otto-protocol/http';
import type { Clock } from '../ports/clock.js';
import type { Secrets } from '../ports/secrets.js';
import type { TokenSigner, VerifiedClaims } from '../ports/token-signer.js';
import type { ClientRecords } from './client-records.js';
import type { FamilyExpiry } from './family-expiry.js';
import type { Ended } from './grants.js';
import type { Identity } from './identity.js';
import type { TokenFamilies } from './token-families.js';
import type { Grantee, TokenMint } from './token-mint.js';
import type { RefreshOptions, TokenRefresh } from './token-refresh.js';

/** Access tokens and the refresh tokens behind them: issued, verified, exchanged and revoked. */
export class Tokens {
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #tokenSigner: TokenSigner;
  readonly #clients: ClientRecords;
  readonly #families: TokenFamilies;
  readonly #expiry: FamilyExpiry;
  readonly #mint: TokenMint;
  readonly #refresh: TokenRefresh;

  constructor(options: TokensOptions) {
    this.#clock = options.clock;
    this.#secrets = options.secrets;
    this.#tokenSigner = options.tokenSigner;
    this.#clients = options.clients;
    this.#families = options.families;
    this.#expiry = options.expiry;
    this.#mint = options.mint;
    this.#refresh = options.refresh;
  }

  /**
   * Who an access token speaks for. A client's scopes are those stored with it.
   *
   * @throws OttoError `invalid_access_token` when it is not genuine or has expired, its family or client has ended, or
   *   it is a node's without a node id
   */
  async verify(accessToken: string): Promise<Identity> {
    const claims = await this.#tokenSigner.verify(accessToken).catch((cause: unknown) => {
      throw new OttoError('invalid_access_token', {}, { cause });
    });
    // Tokens that were made elsewhere with the same secret have no family.
    if (claims.sid !== undefined && this.#families.get(claims.sid) === undefined) throw refused();
    return claims.role === 'node' ? nodeIdentity(claims) : this.#controllerIdentity(claims);
  }

  /** An identity with the scopes of now; undefined when what it stands on has ended since its token was verified. */
  current(identity: Identity): Identity | undefined {
    const { clientId, sid } = identity;
    if (sid !== undefined && this.#families.get(sid) === undefined) return undefined;
    if (clientId === undefined) return identity;
    const scopes = this.#clients.live(clientId)?.scopes;
    return scopes === undefined ? undefined : { ...identity, scopes };
  }

  /** Begins a family for whoever logged in; resolves when it is durable. */
  async issue(grantee: Grantee): Promise<IssuedTokens> {
    const [issued] = await this.issueAll([grantee]);
    if (issued === undefined) throw new Error('Each grantee gets tokens.');
    return issued;
  }

  /**
   * Begins several families, all or none. `by`: on whose word, if it was not the operator's.
   *
   * @throws OttoError `controller_revoked` when the client is removed meanwhile, `invalid_access_token` when what `by`
   *   stands on ends meanwhile
   */
  async issueAll(grantees: readonly Grantee[], by?: Identity): Promise<IssuedTokens[]> {
    const minted = await Promise.all(grantees.map((grantee) => this.#mint.tokens(grantee)));
    this.#requireLiveClients(grantees);
    // Whoever is removed while tokens are signed must not leave families that the removal did not see.
    if (by !== undefined && this.current(by) === undefined) throw refused();
    await this.#families.begin(minted);
    this.#requireLiveClients(grantees);
    return minted.map(({ accessToken, refreshToken, session }) => {
      this.#expiry.watchUntil(session.expiresAt);
      return { accessToken, refreshToken, sid: session.sid };
    });
  }

  /**
   * Exchanges a refresh token for a new pair; the old one is dead once this resolves. The same token and idempotency
   * key give the same pair for a minute.
   *
   * @throws OttoError `invalid_refresh_token`; or what storage throws, and then the old token stays valid
   */
  refresh(refreshToken: string, options: RefreshOptions = {}): Promise<RefreshReply> {
    return this.#refresh.refresh(refreshToken, options);
  }

  /** Ends the family of a refresh token, whether current or used, and its live sessions. */
  async revoke(refreshToken: string): Promise<RevokeReply> {
    const found = this.#families.find(this.#secrets.digest(refreshToken));
    if (found === undefined || found.session.expiresAt <= this.#clock.now()) return { revoked: false };
    await this.#families.end([found.family]);
    return { revoked: true };
  }

  /** Whether a node is paired: it has tokens that it can go on with. */
  isPaired(nodeId: string): boolean {
    return this.#families.ofOwner({ role: 'node', nodeId }).length > 0;
  }

  /** Whether a refresh token can be exchanged. */
  isCurrent(refreshToken: string): boolean {
    const digest = this.#secrets.digest(refreshToken);
    const found = this.#families.find(digest);
    return found?.family.current === digest && found.session.expiresAt > this.#clock.now();
  }

  /** A new access token of a family. */
  signAgain(grantee: Grantee & { sid: string }): Promise<string> {
    return this.#mint.access(grantee);
  }

  /** Ends all families of clients that are being removed; their sessions are ended by whoever removes them. */
  endOf(clientIds: readonly string[]): Ended {
    const ended = clientIds.flatMap((clientId) => this.#families.ofOwner({ role: 'controller', clientId }));
    return { count: ended.length, written: this.#families.forget(ended) };
  }

  /** Ends the families that a node got before this one. */
  async endOlderThan(sid: string): Promise<void> {
    const family = this.#families.get(sid);
    if (family === undefined) return;
    const older = this.#families.ofOwner(family.owner).filter(({ began }) => began < family.began);
    if (older.length > 0) await this.#families.end(older);
  }

  /** Notes that somebody authenticated with a token of this family. */
  noteUse(sid: string): void {
    const family = this.#families.get(sid);
    if (family !== undefined) this.#families.noteUse(family);
  }

  #controllerIdentity(claims: VerifiedClaims): Identity {
    const { nodeId, controllerId, clientId, sid, expiresAt } = claims;
    const scopes = clientId === undefined ? claims.scopes : this.#clients.live(clientId)?.scopes;
    if (scopes === undefined) throw refused();
    return {
      role: 'controller',
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(controllerId === undefined ? {} : { controllerId }),
      ...(clientId === undefined ? {} : { clientId }),
      scopes,
      ...(sid === undefined ? {} : { sid }),
      expiresAt,
    };
  }

  #requireLiveClients(grantees: readonly Grantee[]): void {
    for (const { clientId } of grantees) {
      if (clientId !== undefined && this.#clients.live(clientId) === undefined) {
        throw new OttoError('controller_revoked', { clientId });
      }
    }
  }
}

function nodeIdentity({ nodeId, scopes, sid, expiresAt }: VerifiedClaims): Identity {
  if (nodeId === undefined || !NODE_ID_PATTERN.test(nodeId)) throw refused();
  return { role: 'node', nodeId, scopes, ...(sid === undefined ? {} : { sid }), expiresAt };
}

function refused(): OttoError {
  return new OttoError('invalid_access_token');
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sid: string;
}

export interface TokensOptions {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly tokenSigner: TokenSigner;
  readonly clients: ClientRecords;
  readonly families: TokenFamilies;
  readonly expiry: FamilyExpiry;
  readonly mint: TokenMint;
  readonly refresh: TokenRefresh;
}
