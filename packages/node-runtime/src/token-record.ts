import { isObject } from '@telepat/otto-protocol';
import type { KeyValue } from './ports.js';

/**
 * The record of a node's tokens in its store. What was read or kept once is held in memory, too: a store that fails for a
 * while must not cost the node what only it knows, and is offered that again with every reading.
 */
export class TokenRecord {
  readonly #store: KeyValue;
  readonly #onFailure: (error: unknown) => void;
  #held: KeptTokens | undefined;
  /** The store has not taken what is held; with the refresh token that lies there instead. */
  #owed: { readonly replaces: string | undefined } | undefined;

  /** `onFailure` hears of each failure of the store that memory made good. */
  constructor(store: KeyValue, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** The store has still to take what is held. */
  get isOwed(): boolean {
    return this.#owed !== undefined;
  }

  /** The tokens; undefined when there are none. Fails only when the store does so and nothing is held. */
  async read(): Promise<KeptTokens | undefined> {
    try {
      const text = await this.#store.get(STORE_KEY);
      return await this.#settled(text === undefined ? undefined : parseKept(text));
    } catch (error) {
      if (this.#held === undefined) throw error;
      this.#onFailure(error);
      return this.#held;
    }
  }

  /** Holds the tokens from now on; resolves when the store has them. */
  async keep(tokens: KeptTokens): Promise<void> {
    this.#owed ??= { replaces: this.#held?.refreshToken };
    this.#held = tokens;
    await this.#store.set(STORE_KEY, JSON.stringify(tokens));
    this.#owed = undefined;
  }

  async forget(): Promise<void> {
    await this.#store.delete(STORE_KEY);
    this.#held = undefined;
    this.#owed = undefined;
  }

  /** What the store has counts, unless that is only what the held ones were to replace. */
  async #settled(stored: KeptTokens | undefined): Promise<KeptTokens | undefined> {
    if (this.#owed === undefined || this.#held === undefined || this.#isNewsTo(this.#owed, stored)) {
      this.#owed = undefined;
      this.#held = stored;
    } else await this.keep(this.#held);
    return this.#held;
  }

  #isNewsTo({ replaces }: { replaces: string | undefined }, stored: KeptTokens | undefined): boolean {
    return stored !== undefined && stored.refreshToken !== replaces;
  }
}

const STORE_KEY = 'node-tokens';

/** A damaged record counts as none: pairing anew mends it. */
function parseKept(text: string): KeptTokens | undefined {
  const value = jsonOf(text);
  if (!isObject(value)) return undefined;
  const { accessToken, refreshToken, refreshKey, firstTriedAt } = value;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof refreshKey !== 'string') {
    return undefined;
  }
  // Records of older versions do not have it.
  const tried = typeof firstTriedAt === 'number' ? { firstTriedAt } : {};
  return { accessToken, refreshToken, refreshKey, ...tried };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged; see parseKept.
    return undefined;
  }
}

/** A pair, and the key of its one refresh. */
export interface KeptTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly refreshKey: string;
  /** When the refresh token was presented first, in epoch milliseconds: from then on the relay may have exchanged it. */
  readonly firstTriedAt?: number;
}
