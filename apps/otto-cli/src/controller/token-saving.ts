import { OttoError } from '@telepat/otto-protocol';
import type { TokenPair } from '@telepat/otto-sdk';
import type { ConfigChanges } from '../config/config-file.js';
import type { StoredCredentials } from './stored-credentials.js';
import { tokenFacts } from './token-facts.js';

/**
 * Writes each new pair of tokens to disk, because the relay has forgotten the old ones. What cannot be written is said
 * once, and fails nothing: the command that the tokens were for has been sent by then.
 */
export class TokenSaving {
  readonly #config: ConfigToChange;
  readonly #note: (text: string) => void;
  readonly #canLogIn: boolean;
  #saved = Promise.resolve();
  #isTold = false;

  constructor(
    { config, output }: { config: ConfigToChange; output: { note(text: string): void } },
    { clientSecret }: Pick<StoredCredentials, 'clientSecret'>,
  ) {
    this.#config = config;
    this.#note = (text) => output.note(text);
    this.#canLogIn = clientSecret !== undefined;
  }

  readonly take = (pair: TokenPair): void => {
    this.#saved = this.#saved.then(() => this.#save(pair)).catch((error: unknown) => this.#tell(error));
  };

  /** Resolves when all of them are written, or cannot be. */
  done(): Promise<void> {
    return this.#saved;
  }

  async #save({ accessToken, refreshToken }: TokenPair): Promise<void> {
    const { controllerId } = tokenFacts(accessToken);
    await this.#config.update({ accessToken, refreshToken, ...(controllerId === undefined ? {} : { controllerId }) });
  }

  #tell(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const { message, hint } = OttoError.from(error);
    const next = this.#canLogIn ? 'The next command logs in anew.' : 'Then run otto client login.';
    this.#note(`otto: the new login is not kept: ${message} ${hint} ${next}`);
  }
}

interface ConfigToChange {
  update(changes: ConfigChanges): Promise<unknown>;
}
