import { identityKey, type Identity } from '../access/identity.js';
import type { RelayConfig } from '../config.js';
import type { Clock } from '../ports/clock.js';
import { IdentityLedger } from './identity-ledger.js';
import { RELAY_TIME_STRETCH } from './relay-time.js';
import type { Session } from './session.js';

/** Within this time a bucket is full again, whatever its size: it need not be remembered longer. */
const BUCKET_REFILL_MS = 60_000;

/** One ledger per identity, kept until nothing that it counts can matter any more. */
export class IdentityLedgers {
  readonly #config: RelayConfig;
  readonly #clock: Clock;
  readonly #ledgers = new Map<string, IdentityLedger>();

  constructor(config: RelayConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  get size(): number {
    return this.#ledgers.size;
  }

  /** Nonces that are remembered, of all identities. */
  get nonceCount(): number {
    let count = 0;
    for (const { nonceCount } of this.#ledgers.values()) count += nonceCount;
    return count;
  }

  /** The ledger of an identity, made at its first session. */
  open(identity: Identity): IdentityLedger {
    const name = nameOf(identity);
    const known = this.#ledgers.get(name);
    if (known !== undefined) {
      known.forgetting?.cancel();
      known.forgetting = undefined;
      return known;
    }
    const { rateLimitPerMin, replayWindowMs } = this.#config;
    const ticks = this.#clock.ticks();
    const ledger = new IdentityLedger(identityKey(identity), { rateLimitPerMin, replayWindowMs, ticks });
    this.#ledgers.set(name, ledger);
    return ledger;
  }

  ofClient(clientId: string): IdentityLedger | undefined {
    return this.#ledgers.get(`controller ${clientId}`);
  }

  ofNode(nodeId: string): IdentityLedger | undefined {
    return this.#ledgers.get(`node ${nodeId}`);
  }

  /** Whether a controller's identity has a session now. */
  hasSession(identity: string): boolean {
    return (this.#ledgers.get(`controller ${identity}`)?.sessions.size ?? 0) > 0;
  }

  /** Whether a controller's identity was here of late. */
  isKnown(identity: string): boolean {
    return this.#ledgers.has(`controller ${identity}`);
  }

  /** A session ended: once the last one is gone, the ledger follows when its nonces and its bucket no longer matter. */
  leave(session: Session): void {
    const { ledger, identity } = session;
    ledger.sessions.delete(session);
    if (ledger.sessions.size > 0 || ledger.forgetting !== undefined) return;
    this.#forgetLater(ledger, nameOf(identity));
  }

  close(): void {
    for (const ledger of this.#ledgers.values()) ledger.forgetting?.cancel();
    this.#ledgers.clear();
  }

  #forgetLater(ledger: IdentityLedger, name: string): void {
    const noncesMs = 2 * this.#config.replayWindowMs * RELAY_TIME_STRETCH;
    const lingerMs = Math.max(Math.ceil(noncesMs), BUCKET_REFILL_MS);
    ledger.forgetting = this.#clock.after(lingerMs, () => {
      ledger.forgetting = undefined;
      if (ledger.commands.size > 0) this.#forgetLater(ledger, name);
      else this.#ledgers.delete(name);
    });
  }
}

function nameOf(identity: Identity): string {
  return `${identity.role} ${identityKey(identity)}`;
}
