import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { operatorTokenPath } from '../../src/paths.js';
import { attackWorld, type AttackWorld } from '../support/attack-world.js';
import { TOKEN_SECRET } from '../support/relay-world.js';

const FORWARDING_HEADERS = {
  forwarded: 'for=127.0.0.1',
  'x-forwarded-for': '127.0.0.1',
  'x-forwarded-proto': 'https',
  'x-forwarded-anything': '',
  'x-real-ip': '127.0.0.1',
  'cf-connecting-ip': '127.0.0.1',
  via: '1.1 proxy',
};

describe('the role of a socket', () => {
  it('is fixed at the upgrade: neither hello, nor a frame, nor a token changes it', async () => {
    const world = await attackWorld();
    const node = await world.pair('n1');
    const { accessToken } = await world.login();
    const tokens = { node: node.accessToken, controller: accessToken };

    for (const [role, other] of [
      ['node', 'controller'],
      ['controller', 'node'],
    ] as const) {
      const socket = await world.socket(role);
      const hello = { role: other, nodeId: 'n1' };
      expect(await socket.verdict(socket.send('hello', hello, { senderRole: other }))).toBe('role_mismatch');
      expect(await socket.verdict(socket.send('hello', hello))).toBe('role_mismatch');
      expect(await socket.verdict(socket.send('hello', { role }))).toBe('hello_ack');
      const claim = { accessToken: tokens[other] };
      expect(await socket.verdict(socket.send('auth', claim, { senderRole: other }))).toBe('role_mismatch');
      expect(await socket.verdict(socket.send('auth', claim))).toBe('role_mismatch');
    }
  });

  it('is read from the parsed query: not from a path, a fragment of text or one of two values', async () => {
    const world = await attackWorld();
    const origin = 'chrome-extension://abcdefghijklmnop';

    for (const path of ['/role=node', '/?x=role=node', '/?xrole=node', '/?role[]=node', '/?ROLE=node', '/;role=node']) {
      expect([path, (await world.askUpgrade(path, { origin })).answer.status]).toEqual([path, 403]);
    }
    for (const path of ['/?role=node&role=controller', '/?role=controller&role=node', '/?role=nodes', '/?role=']) {
      expect([path, (await world.askUpgrade(path)).answer.status]).toEqual([path, 403]);
    }
  });
});

describe('loopback', () => {
  it('is no identity: a request that was passed on for somebody counts as remote, and cannot register', async () => {
    const world = await attackWorld();

    for (const [name, value] of Object.entries(FORWARDING_HEADERS)) {
      const answer = await world.ask({
        method: 'POST',
        path: '/api/controller/register',
        headers: { [name]: value },
        body: '{"name":"x","description":"x"}',
      });
      expect([name, answer.status, answer.body['code']]).toEqual([name, 403, 'registration_forbidden']);
    }
  });

  it('opens nothing that needs a credential: a local caller without one is nobody', async () => {
    const world = await attackWorld();

    for (const path of ['/api/status', '/api/nodes/connected', '/api/logs', '/api/controller/access']) {
      expect([path, (await world.get(path)).body['code']]).toEqual([path, 'missing_access_token']);
    }
    for (const path of ['/api/pairing/approve', '/api/controller/remove', '/api/controller/remove-all']) {
      expect([path, (await world.post(path, {})).body['code']]).toEqual([path, 'missing_access_token']);
    }
  });
});

describe('the operator token', () => {
  it('is 256 bits, new at each start, and the old one is worth nothing', async () => {
    const first = await attackWorld();
    const old = first.operatorToken;
    await first.server.stop();
    const second = await attackWorld({}, first.folder);

    expect(old).toMatch(/^[0-9a-f]{64}$/);
    expect(second.operatorToken).not.toBe(old);
    expect((await second.get('/api/status', old)).status).toBe(401);
  });

  it.skipIf(process.platform === 'win32')('lies in a file that is its owner’s alone', async () => {
    const world = await attackWorld();

    expect(statSync(operatorTokenPath(world.folder)).mode & 0o777).toBe(0o600);
    expect(statSync(world.folder).mode & 0o777).toBe(0o700);
  });

  it('is for HTTP only: a socket does not take it, under either role', async () => {
    const world = await attackWorld();

    for (const role of ['controller', 'node'] as const) {
      const socket = await world.socket(role);
      expect((await socket.join(world.operatorToken)).payload['code']).toBe('invalid_access_token');
    }
  });

  it('is not taken from a query, a cookie, a body or another scheme, nor in part', async () => {
    const world = await attackWorld();
    const token = world.operatorToken;
    const attempts = [
      { path: `/api/status?access_token=${token}&token=${token}` },
      { path: '/api/status', headers: { cookie: `token=${token}` } },
      { path: '/api/status', headers: { authorization: `Basic ${token}` } },
      { path: '/api/status', headers: { authorization: token } },
      { path: '/api/status', headers: { authorization: `Bearer ${token.slice(0, -1)}` } },
      { path: '/api/status', headers: { authorization: `Bearer ${token} ${token}` } },
      { path: '/api/status', headers: { authorization: `Bearer ${token.toUpperCase()}x` } },
    ];

    for (const attempt of attempts) expect([attempt, (await world.ask(attempt)).status]).toEqual([attempt, 401]);
    expect(
      (await world.ask({ path: '/api/nodes/connected', headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(200);
  });

  it('is proved by the relay without being told, and only for a whole challenge', async () => {
    const world = await attackWorld();
    const challenge = 'c0ffee00'.repeat(8);
    const key = readFileSync(operatorTokenPath(world.folder), 'utf8');

    const { body } = await world.get(`/healthz?challenge=${challenge}`);

    expect(body['proof']).toBe(createHmac('sha256', key).update(`otto-proof:${challenge}`).digest('hex'));
    for (const short of ['', 'c0ffee', `${challenge}00`, 'x'.repeat(64)]) {
      expect((await world.get(`/healthz?challenge=${short}`)).body['proof']).toBeUndefined();
    }
  });
});

describe('signed tokens', () => {
  it('are taken from no other key, issuer, audience or time', async () => {
    const world = await attackWorld();
    const { clientId } = await world.login();
    const valid = { secret: TOKEN_SECRET, issuer: 'otto-relay', audience: 'otto-clients', expiresIn: 60 };

    expect(await verdictOn(world, await jwt(clientId, valid))).toBe('auth_ack');
    for (const wrong of [
      { secret: 'another secret of more than thirty-two characters' },
      { secret: '' },
      { issuer: 'somebody' },
      { audience: 'others' },
      { expiresIn: -1 },
      { expiresIn: undefined },
    ]) {
      const token = await jwt(clientId, { ...valid, ...wrong });
      expect([wrong, await verdictOn(world, token)]).toEqual([wrong, 'invalid_access_token']);
    }
  });

  it('are taken with HS256 alone: not unsigned, not with another algorithm, not with another header', async () => {
    const world = await attackWorld();
    const { clientId, accessToken } = await world.login();
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    const key = new TextEncoder().encode(TOKEN_SECRET);
    const signed = (alg: string) =>
      new SignJWT({ role: 'controller', clientId, scopes: ['*'] })
        .setProtectedHeader({ alg })
        .setIssuer('otto-relay')
        .setAudience('otto-clients')
        .setExpirationTime('1m')
        .sign(key);

    for (const token of [
      `${base64url({ alg: 'none', typ: 'JWT' })}.${claims}.`,
      `${base64url({ alg: 'None', typ: 'JWT' })}.${claims}.${signature}`,
      `${base64url({ alg: 'HS256', typ: 'JWT', b64: false, crit: ['b64'] })}.${claims}.${signature}`,
      await signed('HS384'),
      await signed('HS512'),
      `${header}.${claims}.`,
      `${header}.${claims}`,
      `${header}.${claims}.${signature.slice(0, -2)}`,
    ]) {
      expect([token, await verdictOn(world, token)]).toEqual([token, 'invalid_access_token']);
      expect((await world.get('/api/nodes/connected', token)).status).toBe(401);
    }
  });

  it('with a claim that was changed are worth nothing', async () => {
    const world = await attackWorld();
    const { accessToken } = await world.login();
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    // Only our own relay signed this.
    const honest = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;

    for (const change of [{ role: 'node', nodeId: 'n1' }, { scopes: ['*'] }, { clientId: 'clt_other' }, { exp: 9e9 }]) {
      const token = `${header}.${base64url({ ...honest, ...change })}.${signature}`;
      expect([change, await verdictOn(world, token)]).toEqual([change, 'invalid_access_token']);
    }
  });

  it('of the previous secret verify, and nothing is signed with it any more', async () => {
    const previous = 'the previous secret, of more than thirty-two characters';
    const world = await attackWorld({ OTTO_TOKEN_PREVIOUS_SECRET: previous });
    const { clientId, accessToken } = await world.login();
    const before = { secret: previous, issuer: 'otto-relay', audience: 'otto-clients', expiresIn: 60 };

    expect(await verdictOn(world, await jwt(clientId, before))).toBe('auth_ack');
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    expect(signature).toBe(createHmac('sha256', TOKEN_SECRET).update(`${header}.${claims}`).digest('base64url'));
  });
});

/** What a socket is answered that authenticates with a token. */
async function verdictOn(world: AttackWorld, token: string): Promise<unknown> {
  const socket = await world.socket('controller');
  const { messageType, payload } = await socket.join(token);
  socket.ws.terminate();
  return messageType === 'error' ? payload['code'] : messageType;
}

async function jwt(clientId: string, options: TokenOptions): Promise<string> {
  const token = new SignJWT({ role: 'controller', clientId, scopes: ['*'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(options.issuer)
    .setAudience(options.audience)
    .setIssuedAt();
  if (options.expiresIn !== undefined) token.setExpirationTime(Math.floor(Date.now() / 1_000) + options.expiresIn);
  const secret = options.secret === '' ? 'x' : options.secret;
  return token.sign(new TextEncoder().encode(secret));
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface TokenOptions {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds. */
  readonly expiresIn: number | undefined;
}
