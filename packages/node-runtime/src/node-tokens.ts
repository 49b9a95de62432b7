import { OttoError, isObject } from '@telepat/otto-protocol';
import { msUntilRenewal, type Clock, type TokenSource } from '@telepat/otto-relay-link';
import type { KeyValue } from './ports.js';

/**
 * The tokens of a paired node, kept over restarts and renewed before they end. With each pair lies the key of its one
 * refresh, so that a repeat, also after a crash, gets the same new pair instead of losing the pairing. Others may use the
 * same store: what they renewed is taken from there.
 */
export class NodeTokens implements TokenSource {
  readonly #store: KeyValue;
  readonly #http: RefreshHttp;
  readonly #newKey: () => string;
  readonly #clock: Clock;
  #renewal: Promise<string> | undefined;
  /** The token that was last seen, and when to renew it in the clock's ticks. */
  #plan: { readonly accessToken: string; readonly renewAt: number } | undefined;

  constructor(ports: { store: KeyValue; http: RefreshHttp; newKey: () => string; clock: Clock }) {
    this.#store = ports.store;
    this.#http = ports.http;
    this.#newKey = ports.newKey;
    this.#clock = ports.clock;
  }

  async isPaired(): Promise<boolean> {
    return (await this.#read()) !== undefined;
  }

  async accessToken({ renew }: { renew: boolean }): Promise<string> {
    if (renew) return this.#renewOnce();
    const { accessToken } = await this.#required();
    if (this.#plan?.accessToken !== accessToken) this.#planFor(accessToken, { isNew: false });
    if (this.#clock.ticks() < (this.#plan?.renewAt ?? Infinity)) return accessToken;
    return this.#renewOnce().catch((error: unknown) => {
      // What was refused is refused again.
      if (error instanceof OttoError && !error.retryable) this.#plan = { accessToken, renewAt: Infinity };
      // The old one may still do: the relay decides, and a refusal asks for a new one.
      return accessToken;
    });
  }

  renewInMs(): number | undefined {
    const { renewAt = Infinity } = this.#plan ?? {};
    return renewAt === Infinity ? undefined : renewAt - this.#clock.ticks();
  }

  /** Keeps a new pair; resolves when it is durable. */
  async keep({ accessToken, refreshToken }: NodeTokenPair): Promise<void> {
    await this.#store.set(STORE_KEY, JSON.stringify({ accessToken, refreshToken, refreshKey: this.#newKey() }));
    this.#planFor(accessToken, { isNew: true });
  }

  /** Forgets the pairing; the node must be paired anew. */
  async forget(): Promise<void> {
    await this.#store.delete(STORE_KEY);
  }

  #renewOnce(): Promise<string> {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    const { refreshToken, refreshKey } = await this.#required();
    try {
      const pair = await this.#http.auth.refresh({ refreshToken }, { idempotencyKey: refreshKey });
      await this.keep(pair);
      return pair.accessToken;
    } catch (error) {
      const kept = await this.#read();
      // Somebody else has used it meanwhile, and left what came of that.
      if (isSpent(error) && kept !== undefined && kept.refreshToken !== refreshToken) return kept.accessToken;
      throw error;
    }
  }

  #planFor(accessToken: string, { isNew }: { isNew: boolean }): void {
    const inMs = msUntilRenewal(accessToken, { isNew, now: this.#clock.now() });
    this.#plan = { accessToken, renewAt: inMs === undefined ? Infinity : this.#clock.ticks() + inMs };
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

function isSpent(error: unknown): boolean {
  return error instanceof OttoError && error.code === 'invalid_refresh_token';
}

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
