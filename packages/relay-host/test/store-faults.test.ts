import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FaultyDisk } from './support/faulty-disk.js';
import { client, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

const SESSIONS = 'refresh-sessions.jsonl';

/** A relay on a disk that can break, with a paired node, and a client that the node was granted to and that logged in. */
async function world(deadChangesMin = 512) {
  const folder = tempFolder();
  const disk = new FaultyDisk();
  const server = await startRelay(folder, {}, { disk, compaction: { deadChangesMin } });
  const http = client(server.address.port, folder);
  const { body: request } = await http.post('/api/pairing/request', { nodeId: 'n1' });
  await http.asOperator('/api/pairing/approve', { code: request['code'] });
  const { body: node } = await http.get(`/api/pairing/status?challengeId=${String(request['challengeId'])}`);
  const nodeToken = String(node['nodeAccessToken']);
  const { body: registered } = await http.post('/api/controller/register', { name: 'Al', description: 'd' });
  const { clientId, clientSecret } = registered;
  await http.post('/api/controller/access', { clientId, grant: true }, nodeToken);
  const { body: login } = await http.post('/api/controller/token', { clientId, clientSecret });

  const refresh = (refreshToken: unknown) => http.post('/api/auth/refresh', { refreshToken });
  const grant = async (isGranted: boolean) =>
    (await http.post('/api/controller/access', { clientId, grant: isGranted }, nodeToken)).status;
  const accessList = async () => (await http.get('/api/controller/access', nodeToken)).body['clients'];
  /** As a next start finds the files. */
  const again = async () => {
    await server.stop();
    const next = await startRelay(folder);
    const after = client(next.address.port, folder);
    return {
      refresh: (refreshToken: unknown) => after.post('/api/auth/refresh', { refreshToken }),
      login: () => after.post('/api/controller/token', { clientId, clientSecret }),
      accessList: async () => (await after.get('/api/controller/access', nodeToken)).body['clients'],
    };
  };
  const { refreshToken } = login;
  return { folder, disk, http, clientId, refreshToken, refresh, grant, accessList, again };
}

describe.each([
  ['that fails to sync', (disk: FaultyDisk) => disk.broken.add('sync')],
  ['that is full', (disk: FaultyDisk) => (disk.roomLeft = 20)],
  [
    'that is full and lets nothing be cut off',
    (disk: FaultyDisk) => (disk.roomLeft = 20) && disk.broken.add('truncate'),
  ],
])('on a disk %s', (_what, breakDisk) => {
  const mend = (disk: FaultyDisk) => {
    disk.broken.clear();
    disk.roomLeft = Infinity;
  };

  it('a refresh has no answer, and its token is as good as before', async () => {
    const { disk, refresh, refreshToken, again } = await world();
    breakDisk(disk);

    await expect(refresh(refreshToken)).rejects.toThrow('fetch failed');
    await expect(refresh(refreshToken)).rejects.toThrow('fetch failed');
    mend(disk);

    const { status, body } = await refresh(refreshToken);
    expect(status).toBe(200);
    const after = await again();
    expect((await after.refresh(refreshToken)).status).toBe(401);
    expect((await after.refresh(body['refreshToken'])).status).toBe(200);
  });

  it('a registration is refused, and its name is free', async () => {
    const { disk, http, accessList } = await world();
    const metadata = { name: 'Bo', description: 'd' };
    breakDisk(disk);

    expect((await http.post('/api/controller/register', metadata)).status).toBe(500);
    expect(await accessList()).toHaveLength(1);
    mend(disk);

    expect((await http.post('/api/controller/register', metadata)).status).toBe(200);
  });

  it('a withdrawal that was refused was none, then and after the next start', async () => {
    const { disk, grant, accessList, again } = await world();
    breakDisk(disk);

    expect(await grant(false)).toBe(500);
    expect(await accessList()).toMatchObject([{ granted: true }]);
    mend(disk);

    expect(await (await again()).accessList()).toMatchObject([{ granted: true }]);
  });

  it('a removal that was refused is answered with an error, and can be asked for again', async () => {
    const { disk, http, clientId, accessList, again } = await world();
    breakDisk(disk);

    expect((await http.asOperator('/api/controller/remove', { clientId })).status).toBe(500);
    expect(await accessList()).toMatchObject([{ revoked: false }]);
    mend(disk);
    expect((await http.asOperator('/api/controller/remove', { clientId })).body).toMatchObject({
      alreadyRevoked: false,
    });

    expect((await (await again()).login()).status).toBe(401);
  });
});

describe('a refresh', () => {
  it('appends one line to its store, and rewrites no file', async () => {
    const { folder, disk, refresh, refreshToken } = await world();
    const path = join(folder, SESSIONS);
    const before = readFileSync(path);
    const { ino } = statSync(path);
    disk.acts.length = 0;

    const { body } = await refresh(refreshToken);

    const after = readFileSync(path);
    const added = after.subarray(before.length).toString('utf8');
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(added.match(/\n/g)).toHaveLength(1);
    expect(added).not.toContain(String(body['refreshToken']));
    expect(statSync(path).ino).toBe(ino);
    expect(disk.acts.filter((act) => act.includes(SESSIONS))).toEqual([`sync ${SESSIONS}`]);
  });
});

describe('a grant', () => {
  it('does not wait while its store is written anew', async () => {
    const { disk, grant, again } = await world(8);
    disk.hold(/\.tmp$/);
    for (let round = 0; round < 10; round += 1) await grant(round % 2 === 0);
    await disk.held;

    expect(await grant(true)).toBe(200);

    disk.goOn();
    await expect.poll(() => disk.acts).toContain('rename controller-acl.jsonl.tmp');
    expect(await (await again()).accessList()).toMatchObject([{ granted: true }]);
  });

  it('is answered also when its store cannot be written anew', async () => {
    const { disk, grant, again } = await world(8);
    disk.broken.add('rename');

    for (let round = 0; round < 40; round += 1) expect(await grant(round % 2 === 0)).toBe(200);

    disk.broken.clear();
    expect(await (await again()).accessList()).toMatchObject([{ granted: false }]);
  });
});
