import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attackWorld } from '../support/attack-world.js';
import { logOnDisk } from '../support/relay-world.js';

describe('refresh tokens', () => {
  it('are 256 bits, dead once they were used, and on the disk only as digests', async () => {
    const world = await attackWorld();
    const { refreshToken } = await world.login();

    const { body: pair } = await world.post('/api/auth/refresh', { refreshToken });

    expect(refreshToken).toMatch(/^rt_[A-Za-z0-9_-]{43}$/);
    expect((await world.post('/api/auth/refresh', { refreshToken })).body['code']).toBe('invalid_refresh_token');
    const onDisk = allFiles(world.folder);
    for (const secret of [refreshToken, String(pair['refreshToken'])]) expect(onDisk).not.toContain(secret);
  });

  it('a stolen one ends its family and the live session of it: thief and owner are both out', async () => {
    const world = await attackWorld();
    const { accessToken, refreshToken: stolen } = await world.login();
    const session = await world.join('controller', accessToken);
    const { body: thief } = await world.post('/api/auth/refresh', { refreshToken: stolen });
    const { body: thiefAgain } = await world.post('/api/auth/refresh', { refreshToken: thief['refreshToken'] });

    const owner = await world.post('/api/auth/refresh', { refreshToken: stolen });

    expect(owner.body['code']).toBe('invalid_refresh_token');
    expect(await session.closeCode()).toBe(4403);
    const afterwards = await world.post('/api/auth/refresh', { refreshToken: thiefAgain['refreshToken'] });
    expect(afterwards.body['code']).toBe('invalid_refresh_token');
    await world.server.stop();
    expect(logOnDisk(world.folder).map(({ type }) => type)).toContain('refresh_token_reused');
  });

  it('used by many at the same moment are exchanged exactly once', async () => {
    const world = await attackWorld();
    const { refreshToken } = await world.login();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.post('/api/auth/refresh', { refreshToken })),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it('cannot be exchanged on the socket of somebody else', async () => {
    const world = await attackWorld();
    const [mine, other] = [await world.login(), await world.login()];
    const socket = await world.join('controller', mine.accessToken);

    expect(await socket.verdict(socket.send('refresh', { refreshToken: other.refreshToken }))).toBe(
      'invalid_refresh_token',
    );
    expect((await world.post('/api/auth/refresh', { refreshToken: other.refreshToken })).status).toBe(200);
  });
});

describe('client secrets', () => {
  it('are 256 bits, and on the disk only as salted digests', async () => {
    const world = await attackWorld();
    const { clientSecret } = await world.login();

    expect(clientSecret).toMatch(/^cs_[A-Za-z0-9_-]{43}$/);
    expect(allFiles(world.folder)).not.toContain(clientSecret);
  });

  it('guesses are refused after ten a minute, the right secret never is, and other clients are not in the way', async () => {
    const world = await attackWorld();
    const [victim, other] = [await world.login(), await world.login()];
    const guess = { clientId: victim.clientId, clientSecret: 'cs_wrong' };

    const statuses: number[] = [];
    for (let n = 0; n < 15; n += 1) statuses.push((await world.post('/api/controller/token', guess)).status);

    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(5).fill(429)]);
    expect((await world.post('/api/controller/token', victim)).status).toBe(200);
    expect((await world.post('/api/controller/token', other)).status).toBe(200);
  });

  it('many guesses side by side get no further than guesses one by one', async () => {
    const world = await attackWorld();
    const { clientId } = await world.login();

    const answers = await Promise.all(
      Array.from({ length: 60 }, () => world.post('/api/controller/token', { clientId, clientSecret: 'cs_wrong' })),
    );

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('from elsewhere, guesses are counted per address over all clients', async () => {
    const world = await attackWorld();
    const statuses: number[] = [];
    for (let n = 0; n < 102; n += 1) {
      const body = JSON.stringify({ clientId: `clt_${n}`, clientSecret: 'cs_wrong' });
      const headers = { 'x-forwarded-for': `10.0.0.${n}` };
      statuses.push((await world.ask({ method: 'POST', path: '/api/controller/token', headers, body })).status);
    }

    expect(statuses.slice(0, 100)).toEqual(Array<number>(100).fill(401));
    expect(statuses.slice(100)).toEqual([429, 429]);
  });

  it('an unknown client and a wrong secret are told apart by nothing in the answer, and the log keeps no guess', async () => {
    const world = await attackWorld();
    const { clientId } = await world.login();

    const unknown = await world.post('/api/controller/token', { clientId: 'cs_in_the_wrong_field', clientSecret: 'x' });
    const wrong = await world.post('/api/controller/token', { clientId, clientSecret: 'cs_guessed' });
    await world.server.stop();

    expect(unknown).toEqual(wrong);
    const log = JSON.stringify(logOnDisk(world.folder));
    expect(log).toContain('controller_client_auth_failed');
    for (const guess of ['cs_in_the_wrong_field', 'cs_guessed']) expect(log).not.toContain(guess);
  });
});

describe('pairing', () => {
  it('a guesser of codes is refused for a minute after five wrong ones, even with the right one; nobody else is', async () => {
    const world = await attackWorld();
    const node = await world.pair('n1');
    const { body: request } = await world.post('/api/pairing/request', { nodeId: 'n2' });
    const guess = (code: unknown) => world.post('/api/pairing/approve', { code }, node.accessToken);

    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await guess(request['code'] === '000-000' ? '1' : '000-000')).status);

    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
    expect((await guess(request['code'])).status).toBe(429);
    expect((await world.asOperator('/api/pairing/approve', { code: request['code'] })).status).toBe(200);
  });

  it('a code is used once, also by two at the same moment', async () => {
    const world = await attackWorld();
    const { body } = await world.post('/api/pairing/request', { nodeId: 'n1' });
    const approve = () => world.asOperator('/api/pairing/approve', { code: body['code'] });

    const both = await Promise.all([approve(), approve()]);

    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await approve()).body['code']).toBe('pairing_not_pending');
  });

  it('a stranger, a web page, an ordinary controller and a node that is not its owner’s cannot approve', async () => {
    const world = await attackWorld();
    const [, foreign] = [await world.pair('n1'), await world.pair('n2')];
    const { accessToken } = await world.login();
    const { body } = await world.post('/api/pairing/request', { nodeId: 'n1' });
    const approve = async (token?: string) =>
      (await world.post('/api/pairing/approve', { code: body['code'] }, token)).body['code'];
    const fromPage = await world.ask({
      method: 'POST',
      path: '/api/pairing/approve',
      headers: { origin: 'https://evil.example', authorization: `Bearer ${world.operatorToken}` },
      body: JSON.stringify({ code: body['code'] }),
    });

    expect(await approve()).toBe('missing_access_token');
    expect(await approve(accessToken)).toBe('forbidden_scope');
    expect(await approve(foreign.accessToken)).toBe('forbidden_scope');
    expect(fromPage.body['code']).toBe('forbidden_origin');
    expect((await world.get('/api/pairing/pending')).body).toMatchObject({ pending: [{ code: body['code'] }] });
  });

  it('the challenge of a node is its secret: nobody else is given its id or its tokens', async () => {
    const world = await attackWorld();
    const { body: own } = await world.post('/api/pairing/request', { nodeId: 'node_secretive' });

    const { body: stranger } = await world.post('/api/pairing/request', { nodeId: 'node_secretive' });
    const listed = await world.get('/api/pairing/pending');

    expect(stranger['challengeId']).not.toBe(own['challengeId']);
    expect(JSON.stringify(listed.body)).not.toContain('chl_');
    expect(JSON.stringify(listed.body)).not.toContain('node_secretive');
    expect(JSON.stringify((await world.asOperator('/api/pairing/pending')).body)).not.toContain(own['challengeId']);
    await world.asOperator('/api/pairing/approve', { code: own['code'] });
    const { body: status } = await world.get(`/api/pairing/status?challengeId=${String(stranger['challengeId'])}`);
    expect(status).not.toHaveProperty('nodeAccessToken');
  });

  it('tokens are handed out until the node came with them, and never again', async () => {
    const world = await attackWorld();
    const node = await world.pair('n1');
    const path = `/api/pairing/status?challengeId=${node.challengeId}`;
    expect((await world.get(path)).body).toHaveProperty('nodeRefreshToken');

    await world.join('node', node.accessToken, { nodeId: 'n1' });

    const { body } = await world.get(path);
    expect(body['status']).toBe('approved');
    expect(body).not.toHaveProperty('nodeAccessToken');
    expect(body).not.toHaveProperty('nodeRefreshToken');
  });

  it('pending requests are bounded for one node and for one address', async () => {
    const world = await attackWorld();
    const request = async (nodeId: string) => (await world.post('/api/pairing/request', { nodeId })).status;

    const one: number[] = [];
    for (let n = 0; n < 6; n += 1) one.push(await request('n1'));
    const many: number[] = [];
    for (let n = 0; n < 16; n += 1) many.push(await request(`m${n}`));

    expect(one).toEqual([200, 200, 200, 200, 200, 429]);
    expect(many).toEqual([...Array<number>(15).fill(200), 429]);
  });
});

describe('registration', () => {
  const body = (name: string) => JSON.stringify({ name, description: 'a test' });
  const elsewhere = { 'x-forwarded-for': '10.0.0.1' };
  const secret = 'sixteen letters or more';

  it('from elsewhere needs the switch and the secret, each of which is worth nothing alone', async () => {
    const closed = await attackWorld({ OTTO_CONTROLLER_REGISTRATION_SECRET: secret });
    const open = await attackWorld({
      OTTO_CONTROLLER_REGISTRATION_SECRET: secret,
      OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION: '1',
    });
    const register = (world: typeof open, headers: Record<string, string>, name: string) =>
      world.ask({ method: 'POST', path: '/api/controller/register', headers, body: body(name) });
    const presented = { 'x-otto-registration-secret': secret };

    expect((await register(closed, { ...elsewhere, ...presented }, 'a')).body['code']).toBe('registration_forbidden');
    expect((await register(open, elsewhere, 'b')).body['code']).toBe('registration_forbidden');
    expect((await register(open, { ...elsewhere, ...presented }, 'c')).status).toBe(200);
    expect((await register(open, {}, 'd')).body['code']).toBe('registration_forbidden');
    expect((await register(open, presented, 'e')).status).toBe(200);
  });

  it('that is open to others without a secret keeps the relay from starting', async () => {
    await expect(attackWorld({ OTTO_ALLOW_REMOTE_CONTROLLER_REGISTRATION: 'true' })).rejects.toMatchObject({
      message: expect.stringContaining('OTTO_CONTROLLER_REGISTRATION_SECRET') as string,
    });
  });

  it('guesses at its secret are refused after ten a minute, the right one among them', async () => {
    const world = await attackWorld({ OTTO_CONTROLLER_REGISTRATION_SECRET: secret });
    const codes: unknown[] = [];
    const guesses = Array.from({ length: 10 }, (_, n) => `guess ${n}`);
    for (const guess of [...guesses, 'one more', secret]) {
      const headers = { 'x-otto-registration-secret': guess };
      codes.push(
        (await world.ask({ method: 'POST', path: '/api/controller/register', headers, body: body('x') })).status,
      );
    }

    expect(codes).toEqual([...Array<number>(10).fill(403), 429, 429]);
  });
});

/** Everything that the relay has written, as one text. */
function allFiles(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'operator.token')
    .map(({ name }) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}
