import { scryptSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { client, logOnDisk, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

const SALT = '00112233445566778899aabbccddeeff';
const SECRET = 'cs_of_an_older_installation';

/** The three files of an older installation, as it wrote them. */
function olderFolder(): string {
  const folder = tempFolder();
  const write = (name: string, lines: readonly object[]) =>
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o644 });
  const expiresAt = Date.now() + 3_600_000;
  const client = (at: number) => ({
    clientId: `clt_${at}`,
    name: `Old ${at}`,
    description: 'from before',
    normalizedName: `old ${at}`,
    avatarSeed: 'seed',
    secretSalt: SALT,
    secretHash: scryptSync(SECRET, SALT, 32).toString('base64'),
    createdAt: 1_700_000_000_000,
  });
  write('controller-clients.jsonl', [
    { client: client(1) },
    { client: client(2) },
    { client: { ...client(3), revokedAt: 1_700_000_000_001 } },
  ]);
  write('refresh-sessions.jsonl', [
    { token: 'rt_node', session: { role: 'node', nodeId: 'n1', scopes: [], expiresAt } },
    {
      token: 'rt_client',
      session: { role: 'controller', controllerId: 'ctl_1', clientId: 'clt_1', scopes: ['command.run'], expiresAt },
    },
    { token: 'rt_expired', session: { role: 'node', nodeId: 'n2', scopes: [], expiresAt: 1 } },
  ]);
  const grant = { nodeId: 'n1', grantedByNodeId: 'n1', grantedAt: 1_700_000_000_000 };
  write('controller-acl.jsonl', [
    { grant: { clientId: 'clt_1', ...grant } },
    { grant: { clientId: 'clt_3', ...grant } },
  ]);
  return folder;
}

async function started(folder: string) {
  const server = await startRelay(folder);
  const http = client(server.address.port, folder);
  const login = (clientId: string, clientSecret = SECRET) =>
    http.post('/api/controller/token', { clientId, clientSecret });
  const refresh = async (refreshToken: string) => await http.post('/api/auth/refresh', { refreshToken });
  return { server, http, login, refresh };
}

it('an older installation goes on: its clients, tokens and grants, but for those that had ended', async () => {
  const { http, login, refresh } = await started(olderFolder());

  const node = await refresh('rt_node');
  const { body } = await http.get('/api/controller/access', String(node.body['accessToken']));

  expect(body['clients']).toMatchObject([
    { clientId: 'clt_1', name: 'Old 1', revoked: false, granted: true },
    { clientId: 'clt_2', revoked: false, granted: false },
    { clientId: 'clt_3', revoked: true, granted: false },
  ]);
  expect((await refresh('rt_client')).status).toBe(200);
  expect((await refresh('rt_expired')).status).toBe(401);
  expect((await login('clt_1')).status).toBe(200);
  expect((await login('clt_3')).status).toBe(401);
  expect((await login('clt_2', 'cs_wrong')).status).toBe(401);
});

it('its files hold no refresh token any more once the relay has started, and nothing was damaged', async () => {
  const folder = olderFolder();
  const { server } = await started(folder);
  await server.stop();

  const sessions = readFileSync(join(folder, 'refresh-sessions.jsonl'), 'utf8');
  expect(sessions).not.toContain('rt_');
  expect(sessions.split('\n')).toHaveLength(3);
  expect(logOnDisk(folder)[0]?.data?.['stores']).toMatchObject({
    'refresh-sessions.jsonl': { loaded: 2, invalid: 0, expired: 1 },
    'controller-clients.jsonl': { loaded: 3, invalid: 0, expired: 0 },
    'controller-acl.jsonl': { loaded: 2, invalid: 0, expired: 0 },
  });
  expect(existsSync(join(folder, 'controller-clients.jsonl.rejected'))).toBe(false);
});

it('a client secret that was hashed with scrypt is sealed anew at its first right use, and no other is', async () => {
  const folder = olderFolder();
  const first = await started(folder);
  const algorithms = () => {
    const lines = readFileSync(join(folder, 'controller-clients.jsonl'), 'utf8').trimEnd().split('\n');
    const puts = lines.flatMap((line) => JSON.parse(line).changes as { put: string; value: StoredClient }[]);
    return Object.fromEntries(puts.map(({ put, value }) => [put, value.secret.algorithm]));
  };
  await first.login('clt_2', 'cs_wrong');
  await first.login('clt_1');
  await first.server.stop();

  expect(algorithms()).toEqual({ clt_1: 'sha256', clt_2: 'scrypt', clt_3: 'scrypt' });
  const second = await started(folder);
  expect((await second.login('clt_1')).status).toBe(200);
  expect((await second.login('clt_1', 'cs_wrong')).status).toBe(401);
});

it('guesses at a secret that was hashed with scrypt are throttled before they cost a hash, the right one with them', async () => {
  const { login } = await started(olderFolder());

  const statuses: number[] = [];
  for (let guess = 0; guess < 12; guess += 1) statuses.push((await login('clt_1', `cs_${guess}`)).status);

  expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  expect((await login('clt_1')).status).toBe(429);
  expect((await login('clt_2')).status).toBe(200);
});

interface StoredClient {
  readonly secret: { readonly algorithm: string };
}
