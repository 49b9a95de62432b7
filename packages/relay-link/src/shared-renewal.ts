/**
 * One renewal of a token at a time, shared by all who ask for it meanwhile. What a renewal does not dare while the relay
 * may still take the old token, it does after a refusal: who was refused does not make do with a milder try that failed.
 */
export class SharedRenewal {
  readonly #renew: Renew;
  #underWay: { readonly token: Promise<string>; readonly isRefused: boolean } | undefined;

  constructor(renew: Renew) {
    this.#renew = renew;
  }

  /** The new token. `isRefused`: the relay has just said that it does not take the old one. */
  token(facts: RenewalFacts): Promise<string> {
    const underWay = this.#underWay;
    if (underWay !== undefined && (underWay.isRefused || !facts.isRefused)) return underWay.token;
    const renew = (): Promise<string> => this.#renew(facts);
    const token = underWay === undefined ? renew() : underWay.token.catch(renew);
    const renewal = { token: token.finally(() => this.#ended(renewal)), ...facts };
    this.#underWay = renewal;
    return renewal.token;
  }

  #ended(renewal: object): void {
    if (this.#underWay === renewal) this.#underWay = undefined;
  }
}

type Renew = (facts: RenewalFacts) => Promise<string>;

interface RenewalFacts {
  readonly isRefused: boolean;
}
