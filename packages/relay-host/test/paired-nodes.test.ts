import { expect, it } from 'vitest';
import { client, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

const ORIGIN = 'chrome-extension://abcdefghijklmnop';

it('when and from where a node was paired, and what a client may do, outlive the relay; a node that was removed does not', async () => {
  const folder = tempFolder();
  const first = await startRelay(folder);
  const http = client(first.address.port, folder);
  const request = await fetch(`http://127.0.0.1:${first.address.port}/api/pairing/request`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ORIGIN },
    body: JSON.stringify({ nodeId: 'n1' }),
  });
  const { code, challengeId } = (await request.json()) as Record<string, string>;
  await http.asOperator('/api/pairing/approve', { code });
  const { body: tokens } = await http.get(`/api/pairing/status?challengeId=${challengeId}`);
  const { body: bot } = await http.post('/api/controller/register', { name: 'Bot', description: 'a test' });
  const clientId = bot['clientId'];
  await http.post('/api/controller/access', { clientId, grant: true }, String(tokens['nodeAccessToken']));
  await http.asOperator('/api/controller/scopes', { clientId, scopes: ['logs.read'] });
  await http.post('/api/auth/refresh', { refreshToken: tokens['nodeRefreshToken'] });
  const before = await http.asOperator('/api/nodes');
  await first.stop();

  const second = await startRelay(folder);
  const again = client(second.address.port, folder);
  const after = await again.asOperator('/api/nodes');
  const clients = await again.asOperator('/api/controller/clients');
  const removed = await again.asOperator('/api/nodes/remove', { nodeId: 'n1' });
  await second.stop();
  const third = await startRelay(folder);
  const last = client(third.address.port, folder);

  expect(before.body).toMatchObject({
    nodes: [{ nodeId: 'n1', origin: ORIGIN, connected: false, grants: [{ clientId, name: 'Bot' }] }],
  });
  expect(after.body).toEqual({ ...before.body, now: expect.any(Number) });
  expect(clients.body).toMatchObject({ clients: [{ clientId, scopes: ['logs.read'] }], clientCount: 1 });
  expect(removed.body).toMatchObject({ refreshRevokedCount: 2, aclRevokedCount: 1 });
  expect((await last.asOperator('/api/nodes')).body).toEqual({ nodes: [], nodeCount: 0, now: expect.any(Number) });
  expect((await last.asOperator('/api/nodes/remove', { nodeId: 'n1' })).status).toBe(404);
});
