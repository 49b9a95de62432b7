import { OttoError } from '@telepat/otto-protocol';
import { SharedRenewal, msUntilRenewal, newOrOld, type Clock, type TokenSource } from '@telepat/otto-relay-link';
import type { LogToHost, NodeLogEntry } from './node-log.js';
import { PairRenewal } from './pair-renewal.js';
import type { KeyValue } from './ports.js';
import type { RenewalHttp } from './renewal-http.js';
import { TokenRecord, type KeptTokens } from './token-record.js';

/**
 * The tokens of a paired node, kept over restarts and renewed before they end. With each pair lies the key of its one
 * refresh, so that a repeat, also after a crash, gets the same new pair instead of losing the pairing. Others may use the
 * same store: what they renewed is taken from there. A store that fails for a while costs nothing but a word in the log, and
 * so does an answer that stays away for longer than the relay would repeat it: then the node pairs itself anew.
 */
export class NodeTokens implements TokenSource {
  readonly #record: TokenRecord;
  readonly #pairRenewal: PairRenewal;
  readonly #newKey: () => string;
  readonly #clock: Clock;
  readonly #log: LogToHost;
  readonly #renewal = new SharedRenewal((facts) => this.#renew(facts));
  /** What is wrong and was said already. */
  #trouble = new Set<string>();
  /** The token that was last seen, and when to renew it in the clock's ticks. */
  #plan: { readonly accessToken: string; readonly renewAt: number } | undefined;

  constructor(ports: NodeTokensPorts) {
    this.#record = new TokenRecord(ports.store, (error) => this.#storeFailed(error));
    this.#newKey = ports.newKey;
    this.#clock = ports.clock;
    this.#log = ports.log ?? (() => {});
    this.#pairRenewal = new PairRenewal({
      ...ports,
      record: this.#record,
      onStoreFailure: (error) => this.#storeFailed(error),
    });
  }

  async isPaired(): Promise<boolean> {
    return (await this.#record.read()) !== undefined;
  }

  async accessToken({ renew }: { renew: boolean }): Promise<string> {
    if (renew) return this.#renewal.token({ isRefused: true });
    const { accessToken } = await this.#required();
    if (this.#plan?.accessToken !== accessToken) this.#planFor(accessToken, { isNew: false });
    if (this.#clock.ticks() < (this.#plan?.renewAt ?? Infinity)) return accessToken;
    const renewal = this.#renewal.token({ isRefused: false }).catch((reason: unknown) => {
      const error = OttoError.from(reason);
      // What was refused is refused again.
      if (isSpent(error) || error.code === 'invalid_access_token') this.#plan = { accessToken, renewAt: Infinity };
      this.#renewalFailed(error);
      // The old one may still do: the relay decides, and a refusal asks for a new one.
      return accessToken;
    });
    return newOrOld(renewal, accessToken, this.#clock);
  }

  renewInMs(): number | undefined {
    // To look at the tokens is to offer them to the store again.
    if (this.#record.isOwed) return 0;
    const { renewAt = Infinity } = this.#plan ?? {};
    return renewAt === Infinity ? undefined : renewAt - this.#clock.ticks();
  }

  /** Keeps a new pair; resolves when it is durable. */
  async keep({ accessToken, refreshToken }: NodeTokenPair): Promise<void> {
    this.#planFor(accessToken, { isNew: true });
    await this.#record.keep({ accessToken, refreshToken, refreshKey: this.#newKey() });
    this.#trouble.clear();
  }

  /** Forgets the pairing; the node must be paired anew. */
  async forget(): Promise<void> {
    await this.#record.forget();
  }

  async #renew(facts: { isRefused: boolean }): Promise<string> {
    const old = await this.#required();
    try {
      const { isPairedAnew, ...pair } = await this.#pairRenewal.newPair(old, facts);
      // The old pair is dead at the relay: this one counts, whatever becomes of its record.
      await this.keep(pair).catch((error: unknown) => this.#storeFailed(error));
      if (isPairedAnew) this.#log({ level: 'info', type: 'paired_anew' });
      return pair.accessToken;
    } catch (error) {
      const kept = await this.#record.read();
      // Somebody else has used it meanwhile, and left what came of that.
      if (isSpent(error) && kept !== undefined && kept.refreshToken !== old.refreshToken) return kept.accessToken;
      throw error;
    }
  }

  #renewalFailed({ code, retryable }: OttoError): void {
    this.#sayOnce({ level: retryable ? 'warn' : 'error', type: 'token_renewal_failed', code });
  }

  #storeFailed(error: unknown): void {
    this.#sayOnce({ level: 'error', type: 'token_store_failed', error });
  }

  /** Trouble that lasts is tried again every few seconds, and said once. */
  #sayOnce(entry: NodeLogEntry): void {
    const name = `${entry.type} ${entry.code ?? ''}`;
    if (this.#trouble.has(name)) return;
    this.#trouble.add(name);
    this.#log(entry);
  }

  #planFor(accessToken: string, { isNew }: { isNew: boolean }): void {
    const inMs = msUntilRenewal(accessToken, { isNew, now: this.#clock.now() });
    this.#plan = { accessToken, renewAt: inMs === undefined ? Infinity : this.#clock.ticks() + inMs };
  }

  async #required(): Promise<KeptTokens> {
    const tokens = await this.#record.read();
    if (tokens === undefined) throw new OttoError('missing_access_token', { message: 'This node is not paired yet.' });
    return tokens;
  }
}

function isSpent(error: unknown): boolean {
  return error instanceof OttoError && error.code === 'invalid_refresh_token';
}

export interface NodeTokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface NodeTokensPorts {
  readonly nodeId: string;
  readonly store: KeyValue;
  readonly http: RenewalHttp;
  readonly newKey: () => string;
  readonly clock: Clock;
  /** Told of what goes wrong while the old token still does; `OttoNode.log` tells the relay, too. */
  readonly log?: LogToHost;
}
