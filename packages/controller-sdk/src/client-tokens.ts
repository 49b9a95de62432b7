import { OttoError } from '@telepat/otto-protocol';
import type { TokenSource } from '@telepat/otto-relay-link';
import type { OttoHttpApi } from './http-api.js';

/**
 * Keeps a fresh access token of one controller: from the pair it was given, by refreshing it, or by logging in with the
 * client's secret. Several callers that need a new token at once share one request.
 */
export class ClientTokens implements TokenSource {
  readonly #credentials: Credentials;
  readonly #http: OttoHttpApi;
  readonly #newKey: () => string;
  #accessToken: string | undefined;
  #refreshToken: string | undefined;
  /** Stays the same until the refresh token changes, so that a repeat after a lost answer gets the same pair. */
  #refreshKey: string;
  #renewal: Promise<string> | undefined;

  constructor(credentials: Credentials, ports: { http: OttoHttpApi; newKey: () => string }) {
    this.#credentials = credentials;
    this.#http = ports.http;
    this.#newKey = ports.newKey;
    this.#accessToken = credentials.accessToken;
    this.#refreshToken = credentials.refreshToken;
    this.#refreshKey = ports.newKey();
  }

  accessToken({ renew }: { renew: boolean }): Promise<string> {
    if (!renew && this.#accessToken !== undefined) return Promise.resolve(this.#accessToken);
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    if (this.#refreshToken !== undefined) {
      try {
        return this.#take(
          await this.#http.auth.refresh({ refreshToken: this.#refreshToken }, { idempotencyKey: this.#refreshKey }),
        );
      } catch (error) {
        if (!this.#canLogInAfter(error)) throw error;
      }
    }
    return this.#logIn();
  }

  async #logIn(): Promise<string> {
    const { clientId, clientSecret } = this.#credentials;
    if (clientId !== undefined && clientSecret !== undefined) {
      return this.#take(await this.#http.clients.token({ clientId, clientSecret }));
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
    this.#credentials.onTokens?.({ accessToken, refreshToken });
    return accessToken;
  }
}

/** What a controller proves itself with: a secret, a pair of tokens, or both. */
export interface Credentials {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** Told of each new pair. The former refresh token is dead then, so whoever keeps tokens must keep these. */
  readonly onTokens?: ((pair: TokenPair) => void) | undefined;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}
