import { OttoError, isObject } from '@telepat/otto-protocol';
import type { TokenSource } from '@telepat/otto-relay-link';
import type { KeyValue } from './ports.js';

/**
 * The tokens of a paired node, kept over restarts. With each pair lies the key of its one refresh, so that a repeat,
 * also after a crash, gets the same new pair instead of losing the pairing.
 */
export class NodeTokens implements TokenSource {
  readonly #store: KeyValue;
  readonly #http: RefreshHttp;
  readonly #newKey: () => string;
  #renewal: Promise<string> | undefined;

  constructor(ports: { store: KeyValue; http: RefreshHttp; newKey: () => string }) {
    this.#store = ports.store;
    this.#http = ports.http;
    this.#newKey = ports.newKey;
  }

  async isPaired(): Promise<boolean> {
    return (await this.#read()) !== undefined;
  }

  async accessToken({ renew }: { renew: boolean }): Promise<string> {
    if (renew) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
      return this.#renewal;
    }
    return (await this.#required()).accessToken;
  }

  /** Keeps a new pair; resolves when it is durable. */
  async keep({ accessToken, refreshToken }: NodeTokenPair): Promise<void> {
    await this.#store.set(STORE_KEY, JSON.stringify({ accessToken, refreshToken, refreshKey: this.#newKey() }));
  }

  /** Forgets the pairing; the node must be paired anew. */
  async forget(): Promise<void> {
    await this.#store.delete(STORE_KEY);
  }

  async #renew(): Promise<string> {
    const { refreshToken, refreshKey } = await this.#required();
    const pair = await this.#http.auth.refresh({ refreshToken }, { idempotencyKey: refreshKey });
    await this.keep(pair);
    return pair.accessToken;
  }

  async #required(): Promise<KeptTokens> {
    const tokens = await this.#read();
    if (tokens === undefined) throw new OttoError('missing_access_token', { message: 'This node is not paired yet.' });
    return tokens;
  }

  async #read(): Promise<KeptTokens | undefined> {
    const text = await this.#store.get(STORE_KEY);
    return text === undefined ? undefined : parseKept(text);
  }
}

const STORE_KEY = 'node-tokens';

/** A damaged record counts as none: pairing anew mends it. */
function parseKept(text: string): KeptTokens | undefined {
  const value = jsonOf(text);
  if (!isObject(value)) return undefined;
  const { accessToken, refreshToken, refreshKey } = value;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof refreshKey !== 'string') {
    return undefined;
  }
  return { accessToken, refreshToken, refreshKey };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged; see parseKept.
    return undefined;
  }
}

export interface NodeTokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface KeptTokens extends NodeTokenPair {
  readonly refreshKey: string;
}

/** The one HTTP call that renewing needs. */
export interface RefreshHttp {
  readonly auth: {
    refresh(body: { refreshToken: string }, options: { idempotencyKey: string }): Promise<NodeTokenPair>;
  };
}
