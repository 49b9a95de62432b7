import { OttoError } from '@telepat/otto-protocol';
import {
  REFRESH_TRIES_MS,
  SharedRenewal,
  mayHaveRefreshed,
  msUntilRenewal,
  newOrOld,
  type Clock,
  type TokenSource,
} from '@telepat/otto-relay-link';
import type { OttoHttpApi } from './http-api.js';
import { tell } from './tell.js';

/**
 * Keeps a fresh access token of one controller: from the pair it was given, by refreshing it before it ends, or by
 * logging in with the client's secret. Several callers that need a new token at once share one request.
 */
export class ClientTokens implements TokenSource {
  readonly #credentials: Credentials;
  readonly #http: OttoHttpApi;
  readonly #clock: Clock;
  readonly #newKey: () => string;
  #accessToken: string | undefined;
  #refreshToken: string | undefined;
  /** Stays the same until the refresh token changes, so that a repeat after a lost answer gets the same pair. */
  #refreshKey: string;
  /** When that was presented first without a word of what became of it, in the clock's ticks. */
  #triedAt: number | undefined;
  readonly #renewal = new SharedRenewal((facts) => this.#renew(facts));
  /** When to renew the access token unasked, in the clock's ticks. */
  #renewAt = Infinity;

  constructor(credentials: Credentials, ports: { http: OttoHttpApi; clock: Clock; newKey: () => string }) {
    this.#credentials = credentials;
    this.#http = ports.http;
    this.#clock = ports.clock;
    this.#newKey = ports.newKey;
    this.#accessToken = credentials.accessToken;
    this.#refreshToken = credentials.refreshToken;
    this.#refreshKey = ports.newKey();
    this.#plan({ isNew: false });
  }

  accessToken({ renew }: { renew: boolean }): Promise<string> {
    const current = this.#accessToken;
    if (renew || current === undefined) return this.#renewal.token({ isRefused: true });
    if (this.#clock.ticks() < this.#renewAt) return Promise.resolve(current);
    const renewal = this.#renewal.token({ isRefused: false }).catch((error: unknown) => {
      // What was refused is refused again.
      if (error instanceof OttoError && !error.retryable) this.#renewAt = Infinity;
      // The old one may still do: the relay decides, and a refusal asks for a new one.
      return current;
    });
    return newOrOld(renewal, current, this.#clock);
  }

  renewInMs(): number | undefined {
    return this.#renewAt === Infinity ? undefined : this.#renewAt - this.#clock.ticks();
  }

  async #renew(facts: { isRefused: boolean }): Promise<string> {
    if (this.#refreshToken !== undefined) {
      try {
        return this.#take(await this.#refreshed(this.#refreshToken, facts));
      } catch (error) {
        if (!this.#canLogInAfter(error)) throw error;
      }
    }
    return this.#logIn();
  }

  async #refreshed(refreshToken: string, { isRefused }: { isRefused: boolean }): Promise<TokenPair> {
    const { clientSecret } = this.#credentials;
    // Only what is refused already has no session to lose, and without a secret there is no other way.
    const isLastWay = isRefused && clientSecret === undefined;
    if (this.#isTooLate() && !isLastWay) throw new OttoError('invalid_refresh_token');
    const isFirst = this.#triedAt === undefined;
    this.#triedAt ??= this.#clock.ticks();
    try {
      return await this.#http.auth.refresh({ refreshToken }, { idempotencyKey: this.#refreshKey });
    } catch (error) {
      if (isFirst && !mayHaveRefreshed(error)) this.#triedAt = undefined;
      throw error;
    }
  }

  #isTooLate(): boolean {
    return this.#triedAt !== undefined && this.#clock.ticks() - this.#triedAt >= REFRESH_TRIES_MS;
  }

  async #logIn(): Promise<string> {
    const { clientId, clientSecret } = this.#credentials;
    if (clientId !== undefined && clientSecret !== undefined) {
      const secret = typeof clientSecret === 'string' ? clientSecret : await clientSecret();
      return this.#take(await this.#http.clients.token({ clientId, clientSecret: secret }));
    }
    throw new OttoError(this.#accessToken === undefined ? 'missing_access_token' : 'invalid_access_token');
  }

  #canLogInAfter(error: unknown): boolean {
    const isSpent = error instanceof OttoError && error.code === 'invalid_refresh_token';
    return isSpent && this.#credentials.clientSecret !== undefined;
  }

  #take({ accessToken, refreshToken }: TokenPair): string {
    this.#accessToken = accessToken;
    this.#refreshToken = refreshToken;
    this.#refreshKey = this.#newKey();
    this.#triedAt = undefined;
    this.#plan({ isNew: true });
    tell(this.#credentials.onTokens, { accessToken, refreshToken });
    return accessToken;
  }

  #plan({ isNew }: { isNew: boolean }): void {
    const canRenew = this.#refreshToken !== undefined || this.#credentials.clientSecret !== undefined;
    const life = { isNew, now: this.#clock.now() };
    const inMs = this.#accessToken === undefined ? undefined : msUntilRenewal(this.#accessToken, life);
    this.#renewAt = inMs === undefined || !canRenew ? Infinity : this.#clock.ticks() + inMs;
  }
}

/** What a controller proves itself with: a secret, a pair of tokens, or both. */
export interface Credentials {
  readonly clientId?: string | undefined;
  /** Or what fetches it when tokens do not do any more; its error is then that of the connection. */
  readonly clientSecret?: string | (() => Promise<string>) | undefined;
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** Told of each new pair. The former refresh token is dead then, so whoever keeps tokens must keep these. */
  readonly onTokens?: ((pair: TokenPair) => void) | undefined;
}

/** What a login gave: an access token, and the refresh token for the next one. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}
