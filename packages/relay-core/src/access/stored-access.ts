import type { Change, Collection, ControllerClient, Grant, RefreshSession, Storage } from '../ports/storage.js';
import { grantId } from './grants.js';

/**
 * Reads what is stored and drops what no longer counts: what has expired, and what hangs on a client that was removed
 * just before the relay was killed.
 */
export async function readStoredAccess(storage: Storage, now: number): Promise<StoredAccess> {
  const [clients, grants, sessions] = await Promise.all([
    storage.clients.all(),
    storage.grants.all(),
    storage.refreshSessions.all(),
  ]);
  const isLive = (clientId: string): boolean => {
    const client = clients.get(clientId);
    return client !== undefined && client.revokedAt === undefined;
  };

  const keptGrants = new Map<string, Grant>();
  for (const grant of grants.values()) {
    if (isLive(grant.clientId) && (grant.expiresAt ?? Number.POSITIVE_INFINITY) > now)
      keptGrants.set(grantId(grant), grant);
  }
  const keptSessions = keptSessionsOf(sessions, now, isLive);

  await Promise.all([
    align(storage.grants, grants, keptGrants),
    align(storage.refreshSessions, sessions, keptSessions),
  ]);
  const expired = grants.size - keptGrants.size + sessions.size - keptSessions.size;
  return { clients, grants: keptGrants, refreshSessions: keptSessions, expired };
}

/** The tokens of families that can still be refreshed, in the order of issue; each family has one current token. */
function keptSessionsOf(
  sessions: ReadonlyMap<string, RefreshSession>,
  now: number,
  isLive: (clientId: string) => boolean,
): Map<string, RefreshSession> {
  const inOrder = [...sessions]
    .filter(([, { expiresAt, clientId }]) => expiresAt > now && (clientId === undefined || isLive(clientId)))
    .sort(([, a], [, b]) => a.issuedAt - b.issuedAt);
  const currents = new Map<string, string>();
  for (const [digest, { sid, rotatedAt }] of inOrder) if (rotatedAt === undefined) currents.set(sid, digest);
  return new Map(
    inOrder.filter(([digest, { sid, rotatedAt }]) =>
      rotatedAt === undefined ? currents.get(sid) === digest : currents.has(sid),
    ),
  );
}

/** Makes a collection hold what is kept, under the ids of today. */
async function align<T>(
  collection: Collection<T>,
  stored: ReadonlyMap<string, T>,
  kept: ReadonlyMap<string, T>,
): Promise<void> {
  const changes: Change<T>[] = [];
  for (const id of stored.keys()) if (!kept.has(id)) changes.push({ remove: id });
  for (const [id, value] of kept) if (!stored.has(id)) changes.push({ put: id, value });
  if (changes.length > 0) await collection.write(changes);
}

/** What counts of the storage at start; `expired` is the number of records that did not. */
interface StoredAccess {
  readonly clients: ReadonlyMap<string, ControllerClient>;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly refreshSessions: ReadonlyMap<string, RefreshSession>;
  readonly expired: number;
}
