import { OttoError } from '@telepat/otto-protocol';
import { REFRESH_TRIES_MS, mayHaveRefreshed, tokenLifeMs, type Clock } from '@telepat/otto-relay-link';
import type { NodeTokenPair } from './node-tokens.js';
import type { RenewalHttp } from './renewal-http.js';
import type { KeptTokens, TokenRecord } from './token-record.js';

/** A lost refresh is tried again for this part of the access token's life, if that is less than usual: it begins at half of it, and a pairing needs the rest. */
const REFRESH_TRIES_OF_LIFE = 0.25;

/**
 * Gets a new pair for the kept one: by its refresh token, or, when the answer to that was lost for too long, by a
 * pairing that the node approves itself with its access token, which the relay allows for its own id. With an access
 * token that is over the old refresh token is tried all the same, but only where a connection has just been refused with
 * it: a session outlives its access token, and a relay that takes the refresh token for stolen ends it.
 */
export class PairRenewal {
  readonly #ports: PairRenewalPorts;
  /** When this process presented a refresh token first, in the clock's ticks: its wall clock may be set meanwhile. */
  #tried: { readonly refreshToken: string; readonly at: number } | undefined;

  constructor(ports: PairRenewalPorts) {
    this.#ports = ports;
  }

  /**
   * `isRefused`: the relay has just said that it does not take the access token.
   *
   * @throws OttoError `invalid_refresh_token` when the pairing is over, `invalid_access_token` when the refresh token is
   *   to be left alone until the relay refuses the access token, or why it could not be done now
   */
  async newPair(kept: KeptTokens, { isRefused }: { isRefused: boolean }): Promise<NewPair> {
    if (this.#isTooLate(kept) && !isRefused) {
      return { ...(await this.#pairedAnew(kept.accessToken)), isPairedAnew: true };
    }
    return { ...(await this.#refreshed(kept)), isPairedAnew: false };
  }

  /** A wall clock that was set back says nothing: then it may be too late, too. */
  #isTooLate({ accessToken, refreshToken, firstTriedAt }: KeptTokens): boolean {
    if (firstTriedAt === undefined) return false;
    const { clock } = this.#ports;
    const sinceMs = clock.now() - firstTriedAt;
    const tickedMs = this.#tried?.refreshToken === refreshToken ? clock.ticks() - this.#tried.at : 0;
    const triesMs = Math.min(REFRESH_TRIES_MS, (tokenLifeMs(accessToken) ?? Infinity) * REFRESH_TRIES_OF_LIFE);
    return sinceMs < 0 || Math.max(sinceMs, tickedMs) >= triesMs;
  }

  /** When it began is durable before the relay can have seen the token. */
  async #refreshed(kept: KeptTokens): Promise<NodeTokenPair> {
    const { clock, http } = this.#ports;
    const { refreshToken, refreshKey } = kept;
    const isFirst = kept.firstTriedAt === undefined;
    if (isFirst) {
      this.#tried = { refreshToken, at: clock.ticks() };
      await this.#note({ ...kept, firstTriedAt: clock.now() });
    }
    try {
      return await http.auth.refresh({ refreshToken }, { idempotencyKey: refreshKey });
    } catch (error) {
      if (isFirst && !mayHaveRefreshed(error)) await this.#note(kept);
      throw error;
    }
  }

  async #pairedAnew(accessToken: string): Promise<NodeTokenPair> {
    const { nodeId, http } = this.#ports;
    const { challengeId, code } = await http.pairing.request({ nodeId }, WITHOUT_END);
    const { controllerRefreshToken } = await http.pairing.approve({ code }, { accessToken });
    // An approval gives tokens of a controller, too, which a node has no use for.
    if (controllerRefreshToken !== undefined)
      http.auth.revoke({ refreshToken: controllerRefreshToken }).catch(endsByItself);
    const { nodeAccessToken, nodeRefreshToken } = await http.pairing.status({ challengeId }, WITHOUT_END);
    if (nodeAccessToken !== undefined && nodeRefreshToken !== undefined) {
      return { accessToken: nodeAccessToken, refreshToken: nodeRefreshToken };
    }
    const message = 'The relay approved a new pairing of this node and gave it no tokens.';
    throw new OttoError('relay_unreachable', { message, effect: 'none' });
  }

  /** Others may have put a pair of theirs into the store meanwhile: it stays. */
  async #note(kept: KeptTokens): Promise<void> {
    const { record, onStoreFailure } = this.#ports;
    try {
      if ((await record.read())?.refreshToken === kept.refreshToken) await record.keep(kept);
    } catch (error) {
      onStoreFailure(error);
    }
  }
}

/** No signal ends it; every call has its own limit of time. */
const WITHOUT_END = { signal: undefined } as const;

function endsByItself(): void {
  // Nobody has the token, so it expires unused; the node's own pair must not wait for this.
}

interface NewPair extends NodeTokenPair {
  /** It is that of a new pairing. */
  readonly isPairedAnew: boolean;
}

export interface PairRenewalPorts {
  readonly nodeId: string;
  readonly record: TokenRecord;
  readonly http: RenewalHttp;
  readonly clock: Clock;
  onStoreFailure(error: unknown): void;
}
