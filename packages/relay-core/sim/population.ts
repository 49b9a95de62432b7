import type { Storage } from '../src/ports/storage.js';
import { MemoryStorage } from '../src/testing/index.js';
import { CONTROLLERS, PROBE, familyOf } from './cast.js';
import type { Setting } from './setting.js';

/** Longer than any storm, and over when all has been quiet for a day. */
const FAMILY_TTL_MS = 43_200_000;

/** Stores that take everything at once. */
export function stores(): Omit<Storage, 'journal'> {
  const { clients, grants, refreshSessions, tabOwners } = new MemoryStorage();
  return { clients, grants, refreshSessions, tabOwners };
}

/** Registers the cast: its clients, their token families, and the grants of a setting. */
export async function populate(storage: Storage, now: number, setting: Setting): Promise<void> {
  for (const person of [...CONTROLLERS, PROBE]) {
    const { clientId, scopes } = person;
    const sid = familyOf(person);
    if (clientId === undefined || sid === undefined) continue;
    const fields = { clientId, name: clientId, description: '', normalizedName: clientId, avatarSeed: clientId };
    const secret = { algorithm: 'sha256', salt: '', hash: '' } as const;
    await storage.clients.write([{ put: clientId, value: { ...fields, secret, scopes, createdAt: now } }]);
    const role = 'controller';
    const family = { sid, role, clientId, scopes, issuedAt: now, expiresAt: now + FAMILY_TTL_MS } as const;
    await storage.refreshSessions.write([{ put: `digest:${sid}`, value: family }]);
  }
  for (const [clientId, nodeId] of setting.grants) {
    const value = { clientId, nodeId, grantedByNodeId: nodeId, grantedAt: now };
    await storage.grants.write([{ put: `${clientId} ${nodeId}`, value }]);
  }
}
