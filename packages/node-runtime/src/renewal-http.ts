import type { PairingHttp } from './node-pairing.js';
import type { NodeTokenPair } from './node-tokens.js';

/** The HTTP calls by which a paired node gets new tokens. */
export interface RenewalHttp {
  readonly auth: {
    /** A failure with effect `none` says that the relay was not reached. */
    refresh(body: { refreshToken: string }, options: { idempotencyKey: string }): Promise<NodeTokenPair>;
    /** Ends the tokens behind this one. */
    revoke(body: { refreshToken: string }): Promise<unknown>;
  };
  readonly pairing: PairingHttp['pairing'] & {
    approve(
      body: { code: string },
      options: { accessToken: string },
    ): Promise<{ controllerRefreshToken?: string | undefined }>;
  };
}
