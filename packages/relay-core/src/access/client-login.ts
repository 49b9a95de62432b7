import { ID_PREFIXES, OttoError } from '@telepat/otto-protocol';
import type { ClientTokenReply } from '@telepat/otto-protocol/http';
import type { LogBook } from '../logs/log-book.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Secrets } from '../ports/secrets.js';
import type { ControllerClient, SealedSecret } from '../ports/storage.js';
import type { ClientRecords } from './client-records.js';
import type { Origin } from './identity.js';
import { CLIENT_FAILURES_PER_MIN, REMOTE_ADDRESS_FAILURES_PER_MIN } from './limits.js';
import { MinuteLimit } from './minute-limit.js';
import type { Tokens } from './tokens.js';

/** Logs clients in: the same answer, after the same work, for an unknown id and a wrong secret. */
export class ClientLogin {
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #secrets: Secrets;
  readonly #log: LogBook;
  readonly #records: ClientRecords;
  readonly #tokens: Tokens;
  readonly #failures: MinuteLimit;
  readonly #remoteFailures: MinuteLimit;
  /** What the secret of an unknown client is compared with. */
  #nobodysSecret: SealedSecret | undefined;

  constructor(options: ClientLoginOptions) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#secrets = options.secrets;
    this.#log = options.log;
    this.#records = options.records;
    this.#tokens = options.tokens;
    this.#failures = new MinuteLimit(options.clock, CLIENT_FAILURES_PER_MIN);
    this.#remoteFailures = new MinuteLimit(options.clock, REMOTE_ADDRESS_FAILURES_PER_MIN);
  }

  /** See `ControllerClients.token`. */
  async token(body: Credentials, from: Origin): Promise<ClientTokenReply> {
    const client = this.#records.live(body.clientId);
    if (!(await this.#isRight(client, body, from)) || client === undefined) throw this.#refuse(body.clientId, from);
    // It may have been removed while its secret was compared.
    const { scopes } = this.#records.live(client.clientId) ?? {};
    if (scopes === undefined) throw new OttoError('invalid_client_credentials');
    return this.#admit(client, scopes, body.clientSecret);
  }

  /** Comparing an old record takes long, so that it counts as a failure until it is known to be none. */
  async #isRight(client: ControllerClient | undefined, body: Credentials, from: Origin): Promise<boolean> {
    const sealed = client?.secret ?? this.#sealOfNobody();
    if (sealed.algorithm === 'sha256') return this.#secrets.opens(body.clientSecret, sealed);
    if (this.#isOverLimit(body.clientId, from)) throw new OttoError('too_many_attempts');
    this.#countFailure(body.clientId, from);
    const isRight = await this.#secrets.opens(body.clientSecret, sealed);
    this.#uncountFailure(body.clientId, from);
    return isRight;
  }

  #refuse(clientId: string, from: Origin): OttoError {
    if (this.#isOverLimit(clientId, from)) return new OttoError('too_many_attempts');
    this.#countFailure(clientId, from);
    this.#log.writeOfStranger({
      level: 'warn',
      source: 'relay',
      type: 'controller_client_auth_failed',
      // An unknown id is what a stranger sent: it may be anything, a secret in the wrong field included.
      ...(this.#records.get(clientId) === undefined ? {} : { clientId }),
      data: { address: from.address },
    });
    return new OttoError('invalid_client_credentials');
  }

  async #admit(client: ControllerClient, scopes: readonly string[], clientSecret: string): Promise<ClientTokenReply> {
    const { clientId } = client;
    const controllerId = this.#ids.next(ID_PREFIXES.controller);
    const { accessToken, refreshToken } = await this.#tokens.issue({
      role: 'controller',
      controllerId,
      clientId,
      scopes,
    });
    this.#records.touch(clientId, this.#clock.now());
    if (client.secret.algorithm !== 'sha256') this.#records.reseal(clientId, this.#secrets.seal(clientSecret));
    const type = 'controller_client_token_issued';
    this.#log.write({ level: 'info', source: 'relay', type, clientId, controllerId });
    return { clientId, controllerId, scopes: [...scopes], accessToken, refreshToken };
  }

  #isOverLimit(clientId: string, from: Origin): boolean {
    if (this.#failures.isReached(failureKey(clientId, from))) return true;
    return !from.isLoopback && this.#remoteFailures.isReached(from.address);
  }

  #countFailure(clientId: string, from: Origin): void {
    this.#failures.count(failureKey(clientId, from));
    if (!from.isLoopback) this.#remoteFailures.count(from.address);
  }

  #uncountFailure(clientId: string, from: Origin): void {
    this.#failures.uncount(failureKey(clientId, from));
    if (!from.isLoopback) this.#remoteFailures.uncount(from.address);
  }

  #sealOfNobody(): SealedSecret {
    this.#nobodysSecret ??= this.#secrets.seal(this.#secrets.newClientSecret());
    return this.#nobodysSecret;
  }
}

function failureKey(clientId: string, from: Origin): string {
  return `${from.address} ${clientId}`;
}

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ClientLoginOptions {
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly secrets: Secrets;
  readonly log: LogBook;
  readonly records: ClientRecords;
  readonly tokens: Tokens;
}
