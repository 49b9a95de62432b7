import type { ClientFact, Facts, FamilyFact } from './facts.js';
import { digestOf, type Stored } from './stored.js';

/** Holds what is stored against what was acknowledged, and settles what was unsure by what is there. */
export function compareStored(facts: Facts, stored: Stored): void {
  settleNames(facts, stored);
  for (const client of [...facts.clients.values()]) compareClient(facts, client, stored);
  for (const family of facts.nodeFamilies) compareFamily(facts, family, stored);
  for (const family of facts.nodeFamilies) if (family.state === 'gone') facts.nodeFamilies.delete(family);
  for (const [nodeId, { family }] of facts.nodes) if (family.state === 'gone') facts.nodes.delete(nodeId);

  for (const { clientId, revokedAt } of stored.clients.values()) {
    if (revokedAt === undefined && !facts.clients.has(clientId)) facts.fail(`${clientId} is there, and should not be`);
  }
  for (const { clientId, nodeId } of stored.grants.values()) {
    // Those of a client that was removed without an answer are dropped at the start.
    if (stored.clients.get(clientId)?.revokedAt !== undefined || !stored.clients.has(clientId)) continue;
    if (facts.clients.get(clientId)?.grants.get(nodeId) !== true) facts.fail(`${clientId} is back at ${nodeId}`);
  }
  for (const token of facts.deadTokens.all()) {
    const session = stored.sessions.get(digestOf(token));
    if (session === undefined || session.rotatedAt !== undefined) continue;
    const owner = session.clientId === undefined ? undefined : stored.clients.get(session.clientId);
    // The same for its tokens.
    if (session.clientId !== undefined && (owner === undefined || owner.revokedAt !== undefined)) continue;
    facts.fail(`a refresh token of ${session.clientId ?? session.nodeId ?? ''} is back`);
  }
}

/** Registrations without an answer: whoever is there is there to stay. */
function settleNames(facts: Facts, { clients }: Stored): void {
  for (const { clientId, name, revokedAt } of clients.values()) {
    if (revokedAt === undefined && facts.unsureNames.has(name)) facts.addClient(clientId, name, undefined);
  }
  facts.unsureNames.clear();
}

function compareClient(facts: Facts, client: ClientFact, stored: Stored): void {
  const record = stored.clients.get(client.clientId);
  const isThere = record !== undefined && record.revokedAt === undefined;
  const wasRemovalUnsure = client.isRemovalUnsure;
  client.isRemovalUnsure = false;
  client.isBusy = false;
  if (!isThere) {
    if (!wasRemovalUnsure) facts.fail(`${client.clientId} is lost`);
    return facts.clientIsGone(client);
  }
  if (record.name !== client.name) facts.fail(`${client.clientId} has another name`);
  if (client.scopes !== undefined && client.scopes !== JSON.stringify(record.scopes))
    facts.fail(`${client.clientId} lost its scopes`);
  for (const [nodeId, grant] of client.grants) {
    const isGranted = stored.grants.has(`${client.clientId} ${nodeId}`);
    if (grant === true && !isGranted) facts.fail(`${client.clientId} lost its grant at ${nodeId}`);
    if (grant === false && isGranted) facts.fail(`${client.clientId} got its grant at ${nodeId} back`);
    client.grants.set(nodeId, isGranted);
  }
  for (const family of client.families) {
    compareFamily(facts, family, stored);
    if (family.state === 'gone') client.families.delete(family);
  }
}

function compareFamily(facts: Facts, family: FamilyFact, stored: Stored): void {
  for (const token of family.used) {
    const session = stored.sessions.get(digestOf(token));
    if (session !== undefined && session.rotatedAt === undefined) facts.fail('a used refresh token is current again');
  }
  if (family.state === 'gone' || family.current === undefined) return;
  const session = stored.sessions.get(digestOf(family.current));
  if (session === undefined) {
    if (family.state === 'live') facts.fail('an acknowledged refresh token is lost');
    return facts.familyIsGone(family);
  }
  if (session.rotatedAt === undefined) {
    family.state = 'live';
    return;
  }
  if (family.state === 'live') facts.fail('a refresh token was exchanged without anybody having asked');
  // The answer with its successor was lost.
  family.used.push(family.current);
  family.current = undefined;
  family.state = 'unsure';
}
