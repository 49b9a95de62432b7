import type { TokenPair } from '@telepat/otto-sdk';
import type { ConfigFile } from '../config/config-file.js';
import { tokenFacts } from './token-facts.js';

/** Writes each new pair of tokens to disk, because the relay has forgotten the old ones. */
export class TokenSaving {
  readonly #config: ConfigFile;
  #saved = Promise.resolve();

  constructor(config: ConfigFile) {
    this.#config = config;
  }

  readonly take = (pair: TokenPair): void => {
    this.#saved = this.#saved.then(() => this.#save(pair));
    // Awaited by `done`; until then a failure to write is nobody's unhandled rejection.
    this.#saved.catch(() => undefined);
  };

  /** Resolves when all of them are written. */
  done(): Promise<void> {
    return this.#saved;
  }

  async #save({ accessToken, refreshToken }: TokenPair): Promise<void> {
    const { controllerId } = tokenFacts(accessToken);
    await this.#config.update({ accessToken, refreshToken, ...(controllerId === undefined ? {} : { controllerId }) });
  }
}
