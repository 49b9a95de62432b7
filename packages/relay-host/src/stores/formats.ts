import type { ControllerClient, Grant, RefreshSession, TabOwner } from '@telepat/otto-relay-core';
import {
  clientRecord,
  grantRecord,
  legacyClientLine,
  legacyGrantLine,
  legacySessionLine,
  refreshSessionRecord,
  tabOwnerRecord,
} from './records.js';
import type { StoreFormat } from './store-format.js';

/** Registered controllers. Older installations stored neither their scopes nor how the secret was hashed. */
export function clientFormat(facts: UpgradeFacts): StoreFormat<ControllerClient> {
  return {
    fileName: 'controller-clients.jsonl',
    schema: clientRecord,
    legacy: (line) => {
      const parsed = legacyClientLine.safeParse(line);
      if (!parsed.success) return undefined;
      const { secretSalt, secretHash, ...client } = parsed.data.client;
      const secret = { algorithm: 'scrypt', salt: secretSalt, hash: secretHash } as const;
      return { id: client.clientId, value: { ...client, secret, scopes: facts.defaultControllerScopes } };
    },
  };
}

/** Which client may command which node. */
export function grantFormat(facts: UpgradeFacts): StoreFormat<Grant> {
  return {
    fileName: 'controller-acl.jsonl',
    schema: grantRecord,
    legacy: (line) => {
      const grant = legacyGrantLine.safeParse(line).data?.grant;
      return grant && { id: facts.grantId(grant), value: grant };
    },
    expiresAt: (grant) => grant.expiresAt,
  };
}

/** Refresh tokens by their digest. Older installations stored the tokens themselves, each a family of its own. */
export function refreshSessionFormat(facts: UpgradeFacts): StoreFormat<RefreshSession> {
  return {
    fileName: 'refresh-sessions.jsonl',
    schema: refreshSessionRecord,
    legacy: (line) => {
      const parsed = legacySessionLine.safeParse(line);
      if (!parsed.success) return undefined;
      const id = facts.digest(parsed.data.token);
      // The same token gives the same family, should an upgrade be interrupted and run again.
      return { id, value: { ...parsed.data.session, sid: `fam_${id.slice(0, 32)}`, issuedAt: facts.now } };
    },
    expiresAt: (session) => session.expiresAt,
  };
}

/** Who has opened tabs at which node. */
export const tabOwnerFormat: StoreFormat<TabOwner> = {
  fileName: 'tab-owners.jsonl',
  schema: tabOwnerRecord,
  legacy: () => undefined,
};

/** What the lines of older installations do not say. */
export interface UpgradeFacts {
  /** SHA-256 of a refresh token, hex. */
  readonly digest: (token: string) => string;
  readonly grantId: (grant: { clientId: string; nodeId: string }) => string;
  readonly defaultControllerScopes: readonly string[];
  readonly now: number;
}
