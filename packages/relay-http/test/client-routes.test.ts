import { describe, expect, it } from 'vitest';
import { OPERATOR, openDoors, type Doors } from './doors.js';

const SECRET = 'a secret of sixteen or more';

async function registered(doors: Doors, name = 'Bot') {
  const { body } = await doors.post('/api/controller/register', { name, description: 'A bot.' });
  return { clientId: String(body?.['clientId']), clientSecret: String(body?.['clientSecret']) };
}

async function loggedIn(doors: Doors, name = 'Bot') {
  const credentials = await registered(doors, name);
  const { body } = await doors.post('/api/controller/token', credentials);
  return { ...credentials, accessToken: String(body?.['accessToken']) };
}

describe('POST /api/controller/register', () => {
  it('gives a client id and, this once, a secret', async () => {
    const doors = await openDoors();

    const answer = await doors.post('/api/controller/register', {
      name: ' Bot ',
      description: 'A bot.',
      avatarSeed: 7,
    });

    expect(answer).toMatchObject({
      status: 200,
      body: { clientId: expect.stringMatching(/^clt_/), name: 'Bot', clientSecret: expect.stringMatching(/^cs_/) },
    });
  });

  it.each([{}, { name: 'Bot' }, { name: '', description: 'x' }, { name: 7, description: 'x' }])(
    'refuses %o: both name and description are needed',
    async (body) => {
      const doors = await openDoors();

      expect(await doors.post('/api/controller/register', body)).toMatchObject({
        status: 400,
        body: { code: 'controller_metadata_required' },
      });
    },
  );

  it('refuses a name that another client has, and says whose it is', async () => {
    const doors = await openDoors();
    const { clientId } = await registered(doors, 'My Bot');

    const answer = await doors.post('/api/controller/register', { name: 'my  BOT', description: 'x' });

    expect(answer).toMatchObject({ status: 409, body: { error: 'controller_name_conflict', clientId } });
  });

  it('says that the disk is full when it is, and registers nobody', async () => {
    const doors = await openDoors();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    doors.world.storage.clients.failNext = full;

    const answer = await doors.post('/api/controller/register', { name: 'Bot', description: 'A bot.' });

    expect(answer).toMatchObject({
      status: 500,
      body: {
        code: 'internal_error',
        message: expect.stringContaining('no space is left'),
        hint: expect.stringContaining('disk'),
      },
    });
    expect(doors.takeLogged()).toContain('ENOSPC');
    await registered(doors, 'Bot');
  });

  it.each([
    ['from another machine', { from: '10.0.0.7' }],
    ['through a reverse proxy on this machine', { headers: { 'x-forwarded-for': '10.0.0.7' } }],
    ['with Forwarded', { headers: { forwarded: 'for=10.0.0.7' } }],
    ['with X-Forwarded-Host', { headers: { 'x-forwarded-host': 'localhost' } }],
    ['with X-Real-IP', { headers: { 'x-real-ip': '127.0.0.1' } }],
    ['with CF-Connecting-IP', { headers: { 'cf-connecting-ip': '127.0.0.1' } }],
    ['with Via', { headers: { via: '1.1 proxy' } }],
  ])('refuses who comes %s', async (_how, options) => {
    const doors = await openDoors();

    const answer = await doors.post('/api/controller/register', { name: 'x', description: 'y' }, options);

    expect(answer).toMatchObject({ status: 403, body: { code: 'registration_forbidden' } });
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('takes %s for this machine', async (from) => {
    const doors = await openDoors();

    const answer = await doors.post('/api/controller/register', { name: 'x', description: 'y' }, { from });

    expect(answer.status).toBe(200);
  });

  it('takes the secret in its header, and counts wrong ones', async () => {
    const doors = await openDoors({ policy: { registration: { allowRemote: true, secret: SECRET } } });
    const register = (secret: string, name = 'x') =>
      doors.post(
        '/api/controller/register',
        { name, description: 'y' },
        { from: '10.0.0.7', headers: { 'x-otto-registration-secret': secret } },
      );

    expect((await register(SECRET)).status).toBe(200);
    for (let count = 0; count < 10; count += 1) expect((await register('wrong')).status).toBe(403);
    expect(await register('wrong')).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    expect((await register('wrong')).headers['retry-after']).toMatch(/^\d+$/);
  });

  it('refuses the 21st registration from elsewhere within a minute', async () => {
    const doors = await openDoors({ policy: { registration: { allowRemote: true, secret: SECRET } } });
    const register = (name: string) =>
      doors.post(
        '/api/controller/register',
        { name, description: 'y' },
        { from: '10.0.0.7', headers: { 'x-otto-registration-secret': SECRET } },
      );
    for (let count = 0; count < 20; count += 1) expect((await register(`bot ${String(count)}`)).status).toBe(200);

    expect(await register('one more')).toMatchObject({ status: 429, body: { code: 'too_many_registrations' } });
  });
});

describe('POST /api/controller/token', () => {
  it('logs in with a new controllerId each time', async () => {
    const doors = await openDoors();
    const credentials = await registered(doors);

    const first = await doors.post('/api/controller/token', credentials);
    const second = await doors.post('/api/controller/token', credentials);

    expect(first).toMatchObject({ status: 200, body: { clientId: credentials.clientId, scopes: expect.any(Array) } });
    expect(second.body?.['controllerId']).not.toBe(first.body?.['controllerId']);
  });

  it.each([{}, { clientId: 'clt_1' }, { clientSecret: 'cs_1' }, { clientId: 7, clientSecret: 'x' }])(
    'refuses %o: both are needed',
    async (body) => {
      const doors = await openDoors();

      expect(await doors.post('/api/controller/token', body)).toMatchObject({
        status: 400,
        body: { code: 'client_credentials_required' },
      });
    },
  );

  it('answers an unknown id and a wrong secret alike, and then 429', async () => {
    const doors = await openDoors();
    const { clientId } = await registered(doors);
    const logIn = (id: string) => doors.post('/api/controller/token', { clientId: id, clientSecret: 'cs_wrong' });

    const unknown = await logIn('clt_unknown');
    const wrong = await logIn(clientId);
    for (let count = 0; count < 9; count += 1) await logIn(clientId);

    expect(unknown).toMatchObject({ status: 401, body: { code: 'invalid_client_credentials' } });
    expect(wrong.body).toEqual(unknown.body);
    expect(await logIn(clientId)).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
  });
});

describe('POST /api/controller/remove', () => {
  it('removes the caller itself, once', async () => {
    const doors = await openDoors();
    const { clientId, accessToken } = await loggedIn(doors);

    const own = await doors.post('/api/controller/remove', { clientId }, { token: accessToken });
    const again = await doors.post('/api/controller/remove', { clientId }, { token: OPERATOR });
    const afterwards = await doors.get('/api/nodes/connected', { token: accessToken });

    expect(own).toMatchObject({
      status: 200,
      body: { ok: true, clientId, refreshRevokedCount: 1, disconnectedSessions: 0, alreadyRevoked: false },
    });
    expect(again).toMatchObject({ status: 200, body: { alreadyRevoked: true } });
    expect(afterwards).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } });
  });

  it('refuses what is not the caller’s to remove', async () => {
    const doors = await openDoors();
    const { accessToken } = await loggedIn(doors, 'one');
    const { clientId } = await registered(doors, 'other');
    const remove = (body: object, token?: string) =>
      doors.post('/api/controller/remove', body, token === undefined ? {} : { token });

    expect(await remove({ clientId })).toMatchObject({ status: 401, body: { code: 'missing_access_token' } });
    expect(await remove({ clientId }, 'x')).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } });
    expect(await remove({ clientId }, await doors.nodeToken('n1'))).toMatchObject({
      status: 403,
      body: { code: 'forbidden_role' },
    });
    expect(await remove({ clientId }, accessToken)).toMatchObject({ status: 403, body: { code: 'forbidden_scope' } });
    expect(await remove({}, OPERATOR)).toMatchObject({ status: 400, body: { code: 'clientId_required' } });
    expect(await remove({ clientId: 'clt_unknown' }, OPERATOR)).toMatchObject({
      status: 404,
      body: { code: 'client_not_found', clientId: 'clt_unknown' },
    });
  });
});

describe('POST /api/controller/remove-all', () => {
  it('removes all, for the operator, and then none', async () => {
    const doors = await openDoors();
    const { clientId } = await registered(doors);

    const first = await doors.request('POST', '/api/controller/remove-all', { token: OPERATOR });
    const second = await doors.request('POST', '/api/controller/remove-all', { token: OPERATOR });

    expect(first).toMatchObject({ status: 200, body: { ok: true, removedClientIds: [clientId], removedCount: 1 } });
    expect(second).toMatchObject({ status: 200, body: { removedCount: 0 } });
  });

  it('refuses everybody else without relay.admin', async () => {
    const doors = await openDoors();
    const { accessToken } = await loggedIn(doors);
    const removeAll = (token?: string) =>
      doors.request('POST', '/api/controller/remove-all', token === undefined ? {} : { token });

    expect((await removeAll()).body).toMatchObject({ code: 'missing_access_token' });
    expect((await removeAll(await doors.nodeToken('n1'))).body).toMatchObject({ code: 'forbidden_role' });
    expect((await removeAll(accessToken)).body).toMatchObject({ code: 'forbidden_scope' });
  });
});

describe('/api/controller/access', () => {
  it('lists the clients for a node, grants and withdraws', async () => {
    const doors = await openDoors();
    const { clientId } = await registered(doors);
    const token = await doors.nodeToken('n1');
    const rows = async () => (await doors.get('/api/controller/access', { token })).body;

    expect(await rows()).toMatchObject({ nodeId: 'n1', clients: [{ clientId, granted: false, revoked: false }] });

    const expiresAt = doors.world.clock.now() + 60_000;
    const granted = await doors.post('/api/controller/access', { clientId, grant: true, expiresAt }, { token });
    expect(granted).toMatchObject({ status: 200, body: { ok: true, clientId, nodeId: 'n1', granted: true } });
    expect(await rows()).toMatchObject({ clients: [{ granted: true, grantExpiresAt: expiresAt }] });

    const withdrawn = await doors.post('/api/controller/access', { clientId, grant: false }, { token });
    expect(withdrawn.body).toMatchObject({ granted: false });
    expect(await rows()).toMatchObject({ clients: [{ granted: false }] });
  });

  it.each([
    [{}, 400, 'clientId_and_grant_required'],
    [{ clientId: 'clt_1' }, 400, 'clientId_and_grant_required'],
    [{ clientId: 'clt_1', grant: 'yes' }, 400, 'clientId_and_grant_required'],
    [{ clientId: 'clt_1', grant: true, expiresAt: 'soon' }, 400, 'invalid_expiresAt'],
    [{ clientId: 'clt_1', grant: true, expiresAt: -1 }, 400, 'invalid_expiresAt'],
    [{ clientId: 'alice', grant: true, expiresAt: 1 }, 400, 'invalid_expiresAt'],
    [{ clientId: 'clt_unknown', grant: true }, 404, 'client_not_found'],
    [{ clientId: 'x'.repeat(201), grant: true }, 404, 'client_not_found'],
  ])('refuses a grant of %o', async (body, status, code) => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });

    const answer = await doors.post('/api/controller/access', body, { token: await doors.nodeToken('n1') });

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('is for nodes alone: the operator does not grant in their name', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });

    expect((await doors.get('/api/controller/access')).body).toMatchObject({ code: 'missing_access_token' });
    for (const token of [OPERATOR, await doors.clientToken('alice')]) {
      expect(await doors.get('/api/controller/access', { token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden_role' },
      });
      expect(await doors.post('/api/controller/access', { clientId: 'alice', grant: true }, { token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden_role' },
      });
    }
  });
});
