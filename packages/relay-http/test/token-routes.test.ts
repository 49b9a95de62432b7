import { describe, expect, it } from 'vitest';
import { openDoors, type Doors } from './doors.js';

async function loggedIn(doors: Doors) {
  const { body: client } = await doors.post('/api/controller/register', { name: 'Bot', description: 'A bot.' });
  const { clientId, clientSecret } = client ?? {};
  const { body } = await doors.post('/api/controller/token', { clientId, clientSecret });
  return { accessToken: String(body?.['accessToken']), refreshToken: String(body?.['refreshToken']) };
}

describe('refresh tokens', () => {
  it('are exchanged for a new pair, once', async () => {
    const doors = await openDoors();
    const { refreshToken } = await loggedIn(doors);

    const first = await doors.post('/api/auth/refresh', { refreshToken });
    const second = await doors.post('/api/auth/refresh', { refreshToken });

    expect(first).toMatchObject({ status: 200, body: { accessToken: expect.any(String) } });
    expect(second).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
    expect(second.headers['www-authenticate']).toBe('Bearer');
  });

  it('give the same pair again for the same idempotency-key', async () => {
    const doors = await openDoors();
    const { refreshToken } = await loggedIn(doors);
    const headers = { 'idempotency-key': 'key-1' };

    const first = await doors.post('/api/auth/refresh', { refreshToken }, { headers });
    const again = await doors.post('/api/auth/refresh', { refreshToken }, { headers });

    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });

  it('are exchanged also when a stale access token is sent along', async () => {
    const doors = await openDoors();
    const { refreshToken } = await loggedIn(doors);

    expect((await doors.post('/api/auth/refresh', { refreshToken }, { token: 'stale' })).status).toBe(200);
  });

  it('are revoked with their family', async () => {
    const doors = await openDoors();
    const { refreshToken, accessToken } = await loggedIn(doors);

    const first = await doors.post('/api/auth/revoke', { refreshToken });
    const second = await doors.post('/api/auth/revoke', { refreshToken });
    const afterwards = await doors.get('/api/nodes/connected', { token: accessToken });

    expect(first).toMatchObject({ status: 200, body: { revoked: true } });
    expect(second).toMatchObject({ status: 200, body: { revoked: false } });
    expect(afterwards.status).toBe(401);
  });

  it.each(['/api/auth/refresh', '/api/auth/revoke'])('are required by %s', async (url) => {
    const doors = await openDoors();

    expect(await doors.post(url, {})).toMatchObject({ status: 400, body: { code: 'refreshToken_required' } });
  });

  it('get no answer at all when the exchange cannot be made durable, and stay valid', async () => {
    const doors = await openDoors();
    const { refreshToken } = await loggedIn(doors);
    const refresh = () => fetchJson(doors, '/api/auth/refresh', { refreshToken });
    doors.world.storage.refreshSessions.failNext = new Error('disk full');

    await expect(refresh()).rejects.toThrow('fetch failed');
    expect(doors.takeLogged()).toContain('disk full');

    expect(await refresh()).toMatchObject({ accessToken: expect.any(String) });
  });

  it('get no answer at all while the relay stops, and stay valid', async () => {
    let status: 'ready' | 'stopping' = 'ready';
    const doors = await openDoors({ readiness: () => ({ status }) });
    const { refreshToken } = await loggedIn(doors);
    const refresh = () => fetchJson(doors, '/api/auth/refresh', { refreshToken });

    status = 'stopping';
    await expect(refresh()).rejects.toThrow('fetch failed');

    status = 'ready';
    expect(await refresh()).toMatchObject({ accessToken: expect.any(String) });
  });
});

async function fetchJson(doors: Doors, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${String(await doors.port())}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}
