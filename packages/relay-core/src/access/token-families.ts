import type { Change, Collection, RefreshSession } from '../ports/storage.js';
import type { AccessWatcher } from './access-watcher.js';
import { FAMILIES_MAX, FAMILIES_PER_OWNER_MAX, USED_TOKENS_MAX, USED_TOKENS_PER_FAMILY_MAX } from './limits.js';
import { Mirror } from './mirror.js';

/**
 * The refresh tokens of every login and pairing, by family: one that is current, and those it replaced, remembered
 * until they expire. Tokens are known by their digest only.
 */
export class TokenFamilies {
  readonly #watcher: AccessWatcher;
  readonly #mirror: Mirror<RefreshSession>;
  readonly #families = new Map<string, Family>();
  /** By owner, in the order in which they were last used. */
  readonly #byOwner = new Map<string, Set<Family>>();
  #began = 0;
  #usedCount = 0;

  /** `stored` is in the order of issue. */
  constructor(options: {
    collection: Collection<RefreshSession>;
    stored: ReadonlyMap<string, RefreshSession>;
    watcher: AccessWatcher;
  }) {
    this.#watcher = options.watcher;
    this.#mirror = new Mirror({
      collection: options.collection,
      stored: options.stored,
      onChange: (digest, before, after) => this.#index(digest, before, after),
    });
  }

  /** The family, unless it was revoked or expired. */
  get(sid: string): Family | undefined {
    return this.#families.get(sid);
  }

  /** The token and its family, if it is remembered. */
  find(digest: string): { family: Family; session: RefreshSession } | undefined {
    const session = this.#mirror.get(digest);
    const family = session === undefined ? undefined : this.#families.get(session.sid);
    return session === undefined || family === undefined ? undefined : { family, session };
  }

  /** When each family ends, unless it is refreshed before, in epoch milliseconds. */
  *ends(): Generator<{ family: Family; endsAt: number }> {
    for (const family of this.#families.values()) yield { family, endsAt: this.#endOf(family) };
  }

  /** Every family of a node. */
  *ofNodes(): Generator<Family> {
    for (const family of this.#families.values()) if (family.owner.role === 'node') yield family;
  }

  /** All families of a client, of a node, or of the controllers that are bound to a node. */
  ofOwner(owner: FamilyOwner): readonly Family[] {
    return [...(this.#byOwner.get(ownerKey(owner)) ?? [])];
  }

  /** Begins families, all or none; families that have to give way for them end at once. */
  begin(tokens: readonly NewToken[]): Promise<void> {
    const ended = [...new Set(tokens.flatMap(({ session }) => this.#inTheWay(session)))];
    const puts = tokens.map(({ digest, session }) => ({ put: digest, value: session }));
    const written = this.#write([...removalOf(ended), ...puts], ended);
    for (const { sid } of ended) this.#watcher.familyEnded(sid);
    return written;
  }

  /** Replaces the current token of a family by its successor. */
  rotate(family: Family, successor: NewToken): Promise<void> {
    const { current } = family;
    const session = current === undefined ? undefined : this.#mirror.get(current);
    if (current === undefined || session === undefined) throw new Error('Only a family with a current token rotates.');
    const now = successor.session.issuedAt;
    const forgotten = this.#forgettable(family, now);
    this.noteUse(family);
    return this.#mirror.write([
      { put: current, value: { ...session, rotatedAt: now } },
      { put: successor.digest, value: successor.session },
      ...forgotten.map((digest) => ({ remove: digest })),
    ]);
  }

  /** Ends families and their live sessions. */
  end(families: readonly Family[]): Promise<void> {
    const written = this.forget(families);
    for (const { sid } of families) this.#watcher.familyEnded(sid);
    return written;
  }

  /** Ends families whose live sessions somebody else ends. */
  forget(families: readonly Family[]): Promise<void> {
    return this.#write(removalOf(families), families);
  }

  /** Moves a family to the end of the row of those that may have to give way. */
  noteUse(family: Family): void {
    const siblings = this.#byOwner.get(ownerKey(family.owner));
    if (siblings?.delete(family) === true) siblings.add(family);
  }

  /** The longest unused family of an owner that has as many as it may have. */
  #inTheWay(session: RefreshSession): readonly Family[] {
    const siblings = this.#byOwner.get(ownerKey(session));
    const [oldest] = siblings ?? [];
    if (siblings === undefined || oldest === undefined) return [];
    return siblings.size >= FAMILIES_PER_OWNER_MAX || this.#families.size >= FAMILIES_MAX ? [oldest] : [];
  }

  /** The used tokens of a family that have expired, and its oldest one if there are too many. */
  #forgettable(family: Family, now: number): string[] {
    const forgettable: string[] = [];
    for (const digest of family.used) {
      if ((this.#mirror.get(digest)?.expiresAt ?? 0) > now) break;
      forgettable.push(digest);
    }
    const isFull = family.used.size >= USED_TOKENS_PER_FAMILY_MAX || this.#usedCount >= USED_TOKENS_MAX;
    const [oldest] = family.used;
    if (forgettable.length === 0 && isFull && oldest !== undefined) forgettable.push(oldest);
    return forgettable;
  }

  #endOf({ current }: Family): number {
    return current === undefined ? 0 : (this.#mirror.get(current)?.expiresAt ?? 0);
  }

  async #write(changes: readonly Change<RefreshSession>[], ended: readonly Family[]): Promise<void> {
    try {
      await this.#mirror.write(changes);
    } catch (reason) {
      // They are back, and must not look younger than they are.
      for (const { sid, began } of ended) {
        const family = this.#families.get(sid);
        if (family !== undefined) family.began = began;
      }
      throw reason;
    }
  }

  #index(digest: string, before: RefreshSession | undefined, after: RefreshSession | undefined): void {
    if (before !== undefined) this.#forget(digest, before, after === undefined);
    if (after === undefined) return;
    const family = this.#families.get(after.sid) ?? this.#beginFamily(after);
    family.lastSeenAt = Math.max(family.lastSeenAt, after.issuedAt);
    if (after.rotatedAt === undefined) {
      family.current = digest;
    } else {
      family.used.add(digest);
      this.#usedCount += 1;
    }
  }

  #beginFamily(session: RefreshSession): Family {
    this.#began += 1;
    const { sid } = session;
    const family: Family = {
      sid,
      owner: session.role === 'node' ? { ...session, pairedAt: session.pairedAt ?? session.issuedAt } : session,
      scopes: session.scopes,
      began: this.#began,
      used: new Set(),
      lastSeenAt: session.issuedAt,
      current: undefined,
      turn: Promise.resolve(),
    };
    this.#families.set(sid, family);
    const key = ownerKey(session);
    this.#byOwner.set(key, (this.#byOwner.get(key) ?? new Set<Family>()).add(family));
    return family;
  }

  #forget(digest: string, session: RefreshSession, isGone: boolean): void {
    const family = this.#families.get(session.sid);
    if (family === undefined) return;
    if (family.used.delete(digest)) this.#usedCount -= 1;
    if (family.current === digest) family.current = undefined;
    if (!isGone || family.current !== undefined || family.used.size > 0) return;
    this.#families.delete(family.sid);
    const key = ownerKey(family.owner);
    const siblings = this.#byOwner.get(key);
    siblings?.delete(family);
    if (siblings?.size === 0) this.#byOwner.delete(key);
  }
}

function removalOf(families: readonly Family[]): Change<RefreshSession>[] {
  return families
    .flatMap(({ used, current }) => (current === undefined ? [...used] : [...used, current]))
    .map((digest) => ({ remove: digest }));
}

function ownerKey({ role, clientId, nodeId }: FamilyOwner): string {
  return clientId === undefined ? `${role} of ${nodeId ?? ''}` : `client ${clientId}`;
}

/** One login of a client, or one side of a pairing. */
export interface Family {
  readonly sid: string;
  readonly owner: FamilyOwner;
  /** What a controller without a client may do. */
  readonly scopes: readonly string[];
  /** Counts families in the order in which they began. */
  began: number;
  /** Digests of the tokens that were replaced, oldest first. */
  readonly used: Set<string>;
  /** Digest of the token that may be used. */
  current: string | undefined;
  /** When somebody was last there with it, in epoch milliseconds; after a restart the time of its last exchange. */
  lastSeenAt: number;
  /** Settles when the refresh that is under way is done; they go one at a time. */
  turn: Promise<unknown>;
}

/** Whose tokens a family holds. */
export interface FamilyOwner {
  readonly role: 'controller' | 'node';
  readonly nodeId?: string;
  readonly controllerId?: string;
  readonly clientId?: string;
  /** Of a node: when it was paired in epoch milliseconds, and the browser extension that asked for it. */
  readonly pairedAt?: number;
  readonly origin?: string;
}

export interface NewToken {
  readonly digest: string;
  readonly session: RefreshSession;
}
