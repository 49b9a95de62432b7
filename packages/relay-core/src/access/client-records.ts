import type { Change, Collection, ControllerClient, SealedSecret } from '../ports/storage.js';
import { LAST_USED_PRECISION_MS } from './limits.js';
import { Mirror } from './mirror.js';

/** The registered clients, removed ones included. */
export class ClientRecords {
  readonly #mirror: Mirror<ControllerClient>;
  /** Clients that are not removed, by normalized name. */
  readonly #byName = new Map<string, ControllerClient>();

  constructor(collection: Collection<ControllerClient>, stored: ReadonlyMap<string, ControllerClient>) {
    this.#mirror = new Mirror({
      collection,
      stored,
      onChange: (_id, before, after) => this.#index(before, after),
    });
  }

  get(clientId: string): ControllerClient | undefined {
    return this.#mirror.get(clientId);
  }

  /** The client, unless it was removed. */
  live(clientId: string): ControllerClient | undefined {
    const client = this.#mirror.get(clientId);
    return client?.revokedAt === undefined ? client : undefined;
  }

  /** The client that has this normalized name and is not removed. */
  named(normalizedName: string): ControllerClient | undefined {
    return this.#byName.get(normalizedName);
  }

  all(): Iterable<ControllerClient> {
    return this.#mirror.values();
  }

  /**
   * What has to be forgotten so that one more client fits: nothing, or the client that was removed first; undefined
   * when there is no room.
   */
  roomFor(clientsMax: number): readonly Change<ControllerClient>[] | undefined {
    if (this.#mirror.size < clientsMax) return [];
    let first: ControllerClient | undefined;
    for (const client of this.#mirror.values()) {
      if (client.revokedAt === undefined) continue;
      if (first?.revokedAt === undefined || client.revokedAt < first.revokedAt) first = client;
    }
    return first === undefined ? undefined : [{ remove: first.clientId }];
  }

  write(changes: readonly Change<ControllerClient>[]): Promise<void> {
    return this.#mirror.write(changes);
  }

  /** Notes that a client was used just now. Nobody waits for it to be durable. */
  touch(clientId: string, now: number): void {
    const client = this.live(clientId);
    if (client === undefined || now - (client.lastUsedAt ?? 0) < LAST_USED_PRECISION_MS) return;
    this.#mirror.write([{ put: clientId, value: { ...client, lastUsedAt: now } }]).catch(() => {
      // Only a hint for people is lost, and the next use writes it again.
    });
  }

  /** Replaces the record of a secret by a newer form. Nobody waits for it to be durable. */
  reseal(clientId: string, secret: SealedSecret): void {
    const client = this.live(clientId);
    if (client === undefined) return;
    this.#mirror.write([{ put: clientId, value: { ...client, secret } }]).catch(() => {
      // The old form still opens, and the next login tries again.
    });
  }

  #index(before: ControllerClient | undefined, after: ControllerClient | undefined): void {
    if (before !== undefined && this.#byName.get(before.normalizedName)?.clientId === before.clientId) {
      this.#byName.delete(before.normalizedName);
    }
    if (after !== undefined && after.revokedAt === undefined) this.#byName.set(after.normalizedName, after);
  }
}

/**
 * The form in which two names are the same: compatibility forms, spaces and case folded.
 *
 * @example normalizeName('  My  BOT ') // 'my bot'
 */
export function normalizeName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}
