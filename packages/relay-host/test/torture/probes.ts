import type { Answer, Caller } from './caller.js';
import type { ClientFact, Facts, FamilyFact } from './facts.js';
import type { Random } from './random.js';

/** Asks a relay that was just started for what its files should have told it. */
export async function probe(world: { facts: Facts; random: Random; caller: Caller }): Promise<void> {
  const { facts, random } = world;
  const clients = [...facts.clients.values()];
  for (const family of facts.families()) await probeLost(world, family);
  for (const node of random.some([...facts.nodes.values()], 2)) await probeAccess(world, node);
  for (const client of random.some(clients, 5)) await probeLogin(world, client);
  for (const gone of random.some(facts.goneClients.all(), 3)) await probeGone(world, gone);
  for (const family of random.some(liveFamilies(facts), 5)) await probeFamily(world, family);
  for (const token of random.some(facts.deadTokens.all(), 5)) {
    expect(facts, await refresh(world, token), 401, 'a refresh token that was revoked');
  }
  const [stolen] = random.some(
    liveFamilies(facts).filter(({ used }) => used.length >= 2),
    1,
  );
  if (stolen !== undefined) await probeTheft(world, stolen);
}

async function probeAccess({ facts, caller }: World, node: { nodeId: string; accessToken: string }): Promise<void> {
  const answer = await caller.get('/api/controller/access', node.accessToken);
  if (!expect(facts, answer, 200, `the access list of ${node.nodeId}`)) return;
  const rows = new Map((answer.body['clients'] as AccessRow[]).map((row) => [row.clientId, row]));
  for (const { clientId, grants } of facts.clients.values()) {
    const row = rows.get(clientId);
    if (row === undefined || row.revoked) facts.fail(`${clientId} is not on the list of ${node.nodeId}`);
    else if (row.granted !== (grants.get(node.nodeId) === true)) facts.fail(`${clientId} has another grant`);
  }
  for (const { clientId } of facts.goneClients.all()) {
    const row = rows.get(clientId);
    if (row !== undefined && (!row.revoked || row.granted)) facts.fail(`${clientId} is back on the list`);
  }
}

async function probeLogin({ facts, caller }: World, { clientId, secret }: ClientFact): Promise<void> {
  if (secret === undefined) return;
  const answer = await caller.post('/api/controller/token', { clientId, clientSecret: secret });
  expect(facts, answer, 200, `the login of ${clientId}`);
}

async function probeGone({ facts, caller }: World, gone: { clientId: string; secret: string | undefined }) {
  const { clientId, secret } = gone;
  const answer = await caller.post('/api/controller/token', { clientId, clientSecret: secret ?? 'cs_unknown' });
  expect(facts, answer, 401, `the login of ${clientId}, which is gone`);
}

/** The rotation was made durable, and the relay died before it could say so: the same key gives the same token. */
async function probeLost(world: World, family: FamilyFact): Promise<void> {
  const { lost, state, used } = family;
  family.lost = undefined;
  if (lost === undefined || state !== 'unsure' || used.at(-1) !== lost.token) return;
  const answer = await world.caller.post('/api/auth/refresh', { refreshToken: lost.token }, { key: lost.key });
  if (!expect(world.facts, answer, 200, 'a refresh whose answer was lost with the relay')) return;
  world.facts.count('lost refresh');
  family.current = String(answer.body['refreshToken']);
  family.state = 'live';
}

async function probeFamily(world: World, family: FamilyFact): Promise<void> {
  const { current } = family;
  if (current === undefined) return;
  const answer = await refresh(world, current);
  if (!expect(world.facts, answer, 200, 'a refresh token that was acknowledged')) return;
  family.used.push(current);
  family.current = String(answer.body['refreshToken']);
}

/** A token whose successor was used is theft: with it goes the whole family. */
async function probeTheft(world: World, family: FamilyFact): Promise<void> {
  const old = family.used.at(-2);
  if (old === undefined || family.current === undefined) return;
  expect(world.facts, await refresh(world, old), 401, 'a refresh token that was used twice before');
  expect(world.facts, await refresh(world, family.current), 401, 'the refresh token of a family that was stolen');
  world.facts.familyIsGone(family);
}

function liveFamilies(facts: Facts): FamilyFact[] {
  return [...facts.families()].filter(({ state }) => state === 'live');
}

function refresh({ caller }: World, refreshToken: string): Promise<Answer | undefined> {
  return caller.post('/api/auth/refresh', { refreshToken });
}

function expect(facts: Facts, answer: Answer | undefined, status: number, what: string): answer is Answer {
  if (answer?.status === status) return true;
  facts.fail(`${what} was answered with ${answer?.status ?? 'nothing'} ${String(answer?.body['code'])}`);
  return false;
}

type World = Parameters<typeof probe>[0];

interface AccessRow {
  readonly clientId: string;
  readonly revoked: boolean;
  readonly granted: boolean;
}
