import { OttoError } from '@telepat/otto-protocol';
import type { RefreshReply } from '@telepat/otto-protocol/http';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { Secrets } from '../ports/secrets.js';
import type { ClientRecords } from './client-records.js';
import type { Identity } from './identity.js';
import { REFRESH_REPLAY_MS, REUSE_GRACE_MS } from './limits.js';
import { RefreshReplays } from './refresh-replays.js';
import type { Family, FamilyOwner, TokenFamilies } from './token-families.js';
import type { TokenMint } from './token-mint.js';

/** Exchanges refresh tokens, each once, and notices when one is used that was exchanged before. */
export class TokenRefresh {
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #log: LogBook;
  readonly #clients: ClientRecords;
  readonly #families: TokenFamilies;
  readonly #mint: TokenMint;
  readonly #replays: RefreshReplays;

  constructor(options: TokenRefreshOptions) {
    this.#clock = options.clock;
    this.#secrets = options.secrets;
    this.#log = options.log;
    this.#clients = options.clients;
    this.#families = options.families;
    this.#mint = options.mint;
    this.#replays = new RefreshReplays(options.clock);
  }

  /** See `Tokens.refresh`. */
  async refresh(refreshToken: string, options: RefreshOptions): Promise<RefreshReply> {
    const digest = this.#secrets.digest(refreshToken);
    const found = this.#families.find(digest);
    if (found === undefined || (options.of !== undefined && !isSameIdentity(options.of, found.session)))
      throw refused();
    if (options.idempotencyKey === undefined) return this.#inTurn(found.family, digest);

    // A digest, because the key comes from outside and may be long.
    const replayKey = this.#secrets.digest(`${digest} ${options.idempotencyKey}`);
    const replay = this.#replays.get(replayKey);
    if (replay !== undefined) return replay;
    const successor = this.#secrets.successorOf(refreshToken, options.idempotencyKey);
    const reply = this.#inTurn(found.family, digest, successor);
    this.#replays.keep(replayKey, reply);
    return reply;
  }

  /** One exchange of a family at a time: the second of two sees what became of the first. */
  #inTurn(family: Family, digest: string, successor?: string): Promise<RefreshReply> {
    const reply = family.turn.then(() => this.#exchange(digest, successor));
    family.turn = reply.catch(() => {
      // Whoever asked is told; the next in turn goes on.
    });
    return reply;
  }

  async #exchange(digest: string, successor: string | undefined): Promise<RefreshReply> {
    const now = this.#clock.now();
    const found = this.#families.find(digest);
    if (found === undefined || found.session.expiresAt <= now) throw refused();
    const { current, owner, sid } = found.family;
    const rotatedAt = found.session.rotatedAt ?? now;
    const isAgain = current !== digest && this.#isAnswerLost(found.family, rotatedAt, successor);
    if (current !== digest && !isAgain) return this.#refuseUsed(digest, found.family, rotatedAt);

    const scopes = owner.clientId === undefined ? found.family.scopes : this.#clients.live(owner.clientId)?.scopes;
    if (scopes === undefined) throw refused();
    const minted = await this.#mint.tokens({ ...grantee(owner), scopes, sid }, successor);
    // Signing took a moment, in which the family may have been revoked.
    const family = this.#families.get(sid);
    if (family === undefined || family.current !== current) throw refused();
    if (!isAgain) await this.#families.rotate(family, minted);
    if (this.#families.get(sid) === undefined) throw refused();
    if (owner.clientId !== undefined) this.#clients.touch(owner.clientId, now);
    return { accessToken: minted.accessToken, refreshToken: minted.refreshToken };
  }

  /**
   * Whether the relay was killed between an exchange and its answer, or forgot the answer: the token's successor is the
   * one that this key leads to, and nobody has used it.
   */
  #isAnswerLost({ current }: Family, rotatedAt: number, successor: string | undefined): boolean {
    if (successor === undefined || this.#clock.now() - rotatedAt >= REFRESH_REPLAY_MS) return false;
    return current === this.#secrets.digest(successor);
  }

  /**
   * A token that was exchanged before: within the grace, and while its successor was not used, perhaps the answer was
   * lost; otherwise two parties hold the family, and it ends.
   */
  async #refuseUsed(digest: string, family: Family, rotatedAt: number): Promise<never> {
    const isStolen = this.#clock.now() - rotatedAt > REUSE_GRACE_MS || lastOf(family.used) !== digest;
    const { nodeId, clientId, controllerId } = family.owner;
    this.#log.write({
      level: 'warn',
      source: 'relay',
      type: 'refresh_token_reused',
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(controllerId === undefined ? {} : { controllerId }),
      data: { familyRevoked: isStolen },
    });
    if (isStolen) await this.#families.end([family]);
    throw refused();
  }
}

function refused(): OttoError {
  return new OttoError('invalid_refresh_token');
}

/** A client is the same through all its logins; without a client, the controllerId must be the same. */
function isSameIdentity(identity: Identity, owner: FamilyOwner): boolean {
  if (identity.role !== owner.role) return false;
  if (identity.role === 'node') return identity.nodeId === owner.nodeId;
  if (identity.clientId !== undefined || owner.clientId !== undefined) return identity.clientId === owner.clientId;
  return identity.controllerId === owner.controllerId && identity.nodeId === owner.nodeId;
}

function grantee({ role, nodeId, controllerId, clientId, pairedAt, origin }: FamilyOwner): FamilyOwner {
  return {
    role,
    ...(pairedAt === undefined ? {} : { pairedAt }),
    ...(origin === undefined ? {} : { origin }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(controllerId === undefined ? {} : { controllerId }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

function lastOf(values: Iterable<string>): string | undefined {
  let last: string | undefined;
  for (const value of values) last = value;
  return last;
}

/** `of`: whose token it must be. */
export interface RefreshOptions {
  readonly idempotencyKey?: string;
  readonly of?: Identity;
}

export interface TokenRefreshOptions {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly log: LogBook;
  readonly clients: ClientRecords;
  readonly families: TokenFamilies;
  readonly mint: TokenMint;
}
