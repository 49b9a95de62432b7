import { OttoError } from '@telepat/otto-protocol';
import type { Clock } from '@telepat/otto-relay-link';
import type { NodeTokenPair, NodeTokens } from './node-tokens.js';
import { pause } from './pause.js';
import { untilAborted } from './until-aborted.js';

/** How often the node asks whether it was approved. */
export const POLL_MS = 1_000;

/**
 * Introduces a node to its relay: asks for a code, shows it through `onCode`, and waits until somebody who may has
 * approved it. A code that expires is replaced by a new one.
 *
 * @example await new NodePairing({ nodeId, http, tokens, clock, onCode: ({ code }) => show(code) }).pair();
 */
export class NodePairing {
  readonly #options: NodePairingOptions;

  constructor(options: NodePairingOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the tokens are kept; goes on through what a relay that starts, stops or is crowded causes. `why` is told
   * with each code: the relay has ended an earlier pairing, so that a person should decide about the new one.
   *
   * @throws OttoError when the relay refuses for good, or the signal's reason.
   */
  async pair(signal?: AbortSignal, why?: OttoError): Promise<void> {
    for (;;) {
      const challenge = await this.#untilAnswered(() => this.#request(signal), signal);
      this.#options.onCode(challenge, why);
      const pair = await this.#untilSettled(challenge.challengeId, signal);
      if (pair === undefined) continue;
      await this.#options.tokens.keep(pair);
      return;
    }
  }

  #request(signal: AbortSignal | undefined): Promise<PairingChallenge> {
    return this.#options.http.pairing.request({ nodeId: this.#options.nodeId }, { signal });
  }

  /** The tokens of an approved challenge; undefined when it came to nothing. */
  async #untilSettled(challengeId: string, signal: AbortSignal | undefined): Promise<NodeTokenPair | undefined> {
    for (;;) {
      await this.#wait(signal);
      const state = await this.#untilAnswered(() => this.#statusOf(challengeId, signal), signal);
      if (state.status === 'pending') continue;
      const { nodeAccessToken: accessToken, nodeRefreshToken: refreshToken } = state;
      if (accessToken === undefined || refreshToken === undefined) return undefined;
      return { accessToken, refreshToken };
    }
  }

  /** A challenge that the relay has forgotten, as after a restart, is as good as expired. */
  async #statusOf(challengeId: string, signal: AbortSignal | undefined): Promise<PairingState> {
    try {
      return await this.#options.http.pairing.status({ challengeId }, { signal });
    } catch (error) {
      if (error instanceof OttoError && error.code === 'challenge_not_found') return { status: 'expired' };
      throw error;
    }
  }

  async #untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (;;) {
      try {
        return await (signal === undefined ? ask() : untilAborted(ask(), signal));
      } catch (error) {
        if (!(error instanceof OttoError) || !(error.retryable || error.code === 'too_many_pairings')) throw error;
        await this.#wait(signal);
      }
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return pause(this.#options.clock, POLL_MS, signal);
  }
}

export interface NodePairingOptions {
  readonly nodeId: string;
  readonly http: PairingHttp;
  readonly tokens: Pick<NodeTokens, 'keep'>;
  readonly clock: Clock;
  /** Shows the code to whoever is to approve it; called again for each new one. With `why`, a person is to do so. */
  onCode(challenge: PairingChallenge, why?: OttoError): void;
}

/** The HTTP calls that pairing needs; those of the SDK's `OttoHttpApi` fit. */
export interface PairingHttp {
  readonly pairing: {
    request(body: { nodeId: string }, options: CallOptions): Promise<PairingChallenge>;
    status(query: { challengeId: string }, options: CallOptions): Promise<PairingState>;
  };
}

/** A call whose signal is aborted is given up; one that goes on all the same is not waited for. */
interface CallOptions {
  readonly signal: AbortSignal | undefined;
}

export interface PairingChallenge {
  readonly challengeId: string;
  /** `NNN-NNN` */
  readonly code: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

interface PairingState {
  readonly status: 'pending' | 'approved' | 'expired';
  readonly nodeAccessToken?: string | undefined;
  readonly nodeRefreshToken?: string | undefined;
}
