import { describe, expect, it } from 'vitest';
import { attackWorld } from '../support/attack-world.js';

const EVIL = 'https://evil.example';
const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const OTHER_EXTENSION = 'moz-extension://1b2c3d4e-0000-4000-8000-000000000000';
const CONSOLE = 'https://console.example';

describe('binding', () => {
  it('without being told otherwise the relay listens on 127.0.0.1 alone', async () => {
    const { server } = await attackWorld();

    expect(server.address.host).toBe('127.0.0.1');
  });

  it('a relay that others may reach warns of it, and names TLS and tunnels', async () => {
    const world = await attackWorld({ OTTO_RELAY_HOST: '0.0.0.0' });

    const { body } = await world.asOperator('/api/status');

    expect(body['warnings']).toEqual([expect.stringMatching(/0\.0\.0\.0.*TLS.*tunnel/)]);
  });
});

describe('the Host header', () => {
  it('a rebound name is refused over HTTP and for upgrades, whatever is bound, and the variable is named', async () => {
    for (const bound of ['127.0.0.1', '0.0.0.0']) {
      const world = await attackWorld({ OTTO_RELAY_HOST: bound });
      for (const host of [
        `evil.example:${world.port}`,
        'localhost.evil.example',
        '127.0.0.1.nip.io',
        'localhost.',
        '',
      ]) {
        const overHttp = await world.ask({ path: '/healthz', headers: { host } });
        const { answer: upgrade } = await world.askUpgrade('/?role=controller', { host });

        for (const answer of [overHttp, upgrade]) {
          expect([host, answer.status]).toEqual([host, 403]);
          expect(answer.body).toMatchObject({
            code: 'forbidden_host',
            hint: expect.stringContaining('OTTO_ALLOWED_HOSTS') as string,
          });
        }
      }
    }
  });

  it('a request without one is refused like any other stranger', async () => {
    const world = await attackWorld();

    const answer = await world.ask({ path: '/healthz', headers: { host: undefined } });

    expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden_host']);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it('an address, localhost and an allowed name are served, with any port', async () => {
    const world = await attackWorld({ OTTO_ALLOWED_HOSTS: 'relay.example' });

    for (const host of ['127.0.0.1:1', '[::1]:99', 'LOCALHOST', 'relay.example:8080', '10.1.2.3']) {
      expect([host, (await world.ask({ path: '/healthz', headers: { host } })).status]).toEqual([host, 200]);
    }
  });
});

describe('the Origin header of an upgrade', () => {
  it('no web page opens a socket as a node, whether an extension is pinned or not', async () => {
    for (const env of [{}, { OTTO_EXTENSION_ORIGIN: EXTENSION }]) {
      const world = await attackWorld(env);
      for (const origin of [EVIL, 'null', `http://127.0.0.1:${world.port}`, `${EXTENSION}.evil.example`, 'file://']) {
        const { answer } = await world.askUpgrade('/?role=node', { origin });

        expect([origin, answer.status, answer.body['code']]).toEqual([origin, 403, 'forbidden_origin']);
      }
    }
  });

  it('once extensions are pinned, no other extension opens a socket as a node', async () => {
    const world = await attackWorld({ OTTO_EXTENSION_ORIGIN: `${EXTENSION},https://ext.example` });

    const statusFrom = async (origin: string) => (await world.askUpgrade('/?role=node', { origin })).answer.status;

    expect(await statusFrom(OTHER_EXTENSION)).toBe(403);
    expect(await statusFrom(EXTENSION)).toBe(101);
    expect(await statusFrom('https://ext.example')).toBe(101);
  });

  it('as a controller, or without a role, every origin is refused that is not configured: an extension’s and null, too', async () => {
    const world = await attackWorld({ OTTO_CONTROLLER_ORIGINS: CONSOLE });

    for (const path of ['/?role=controller', '/', '/anything?x=role=node']) {
      for (const origin of [EVIL, 'null', EXTENSION, OTHER_EXTENSION, `${CONSOLE}:8443`, `${CONSOLE}.evil.example`]) {
        const { answer } = await world.askUpgrade(path, { origin });
        expect([path, origin, answer.status]).toEqual([path, origin, 403]);
      }
      expect((await world.askUpgrade(path, { origin: CONSOLE })).answer.status).toBe(101);
    }
  });

  it('the answer to a refused or a broken upgrade is no more use to a page than any other', async () => {
    const world = await attackWorld();

    const answers = [
      (await world.askUpgrade('/?role=controller', { origin: EVIL })).answer,
      (await world.askUpgrade('/?role=controller', { 'sec-websocket-key': 'short' })).answer,
      (await world.askUpgrade('/?role=controller', { 'sec-websocket-version': '1' })).answer,
      (await world.askUpgrade('/?role=controller', { upgrade: 'h2c' })).answer,
    ];

    for (const { status, headers } of answers) {
      expect([400, 403]).toContain(status);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the Origin header of a request', () => {
  it('a web page and a sandboxed frame are refused before anything else is looked at', async () => {
    const world = await attackWorld();

    for (const origin of [EVIL, 'null', `http://localhost:${world.port}`]) {
      for (const path of ['/healthz', '/api/pairing/pending', '/api/logs/status', '/nowhere']) {
        const answer = await world.ask({ path, headers: { origin } });
        expect([origin, path, answer.status, answer.body['code']]).toEqual([origin, path, 403, 'forbidden_origin']);
      }
    }
  });

  it('an extension is refused once another one is pinned', async () => {
    const world = await attackWorld({ OTTO_EXTENSION_ORIGIN: EXTENSION });

    expect((await world.ask({ path: '/healthz', headers: { origin: OTHER_EXTENSION } })).status).toBe(403);
    expect((await world.ask({ path: '/healthz', headers: { origin: EXTENSION } })).status).toBe(200);
  });

  it('no origin is reflected and no answer is for everybody: only configured origins get a CORS header', async () => {
    const world = await attackWorld({ OTTO_CONTROLLER_ORIGINS: CONSOLE });
    const allowed = async (origin: string, method = 'GET') => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      return (await world.ask({ method, path: '/healthz', headers })).headers['access-control-allow-origin'];
    };

    for (const origin of [EVIL, 'null', EXTENSION, OTHER_EXTENSION]) {
      expect([origin, await allowed(origin), await allowed(origin, 'OPTIONS')]).toEqual([origin, undefined, undefined]);
    }
    expect([await allowed(CONSOLE), await allowed(CONSOLE, 'OPTIONS')]).toEqual([CONSOLE, CONSOLE]);
  });

  it('a body that a page could send without asking is not read', async () => {
    const world = await attackWorld();
    const body = JSON.stringify({ name: 'x', description: 'x' });

    for (const type of [
      'text/plain',
      'text/plain; application/json',
      'text/plain;a=application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=application/json',
      'application/jsonp',
      ' ',
      undefined,
    ]) {
      const answer = await world.ask({
        method: 'POST',
        path: '/api/controller/register',
        headers: { 'content-type': type },
        body,
      });
      expect([type, answer.status, answer.body['code']]).toEqual([type, 415, 'unsupported_media_type']);
    }
    expect((await world.asOperator('/api/controller/remove-all', {})).body['removedCount']).toBe(0);
  });

  it('no GET changes anything: what is written is the same afterwards, and POST is the only way in', async () => {
    const world = await attackWorld();
    const { node, login } = await world.pairOfPeers();
    const paths = [
      '/api/pairing/request?nodeId=evil',
      '/api/pairing/approve?code=123-456',
      '/api/auth/refresh',
      '/api/auth/revoke',
      '/api/controller/register?name=x&description=x',
      '/api/controller/remove',
      '/api/controller/remove-all',
      `/api/controller/access?clientId=${login.clientId}&grant=false`,
      '/api/nodes/remove?nodeId=n1',
      '/api/controller/scopes',
    ];
    const before = await world.get('/api/controller/access', node.accessToken);

    for (const path of paths) {
      for (const token of [undefined, world.operatorToken, login.accessToken, node.accessToken]) {
        const { status } = await world.get(path, token);
        if (!path.startsWith('/api/controller/access')) expect([path, status]).toEqual([path, 404]);
      }
    }

    expect(await world.get('/api/controller/access', node.accessToken)).toEqual(before);
    expect((await world.get('/api/pairing/pending')).body).toEqual({ pending: [] });
  });

  it('every answer forbids to guess its type and to keep it: of routes, of errors, of Node itself', async () => {
    const world = await attackWorld();
    const answers = [
      await world.ask({ path: '/healthz' }),
      await world.ask({ path: '/nowhere' }),
      await world.ask({ path: '/%ZZ' }),
      await world.ask({ path: `/${'a'.repeat(40_000)}` }),
      await world.ask({ path: '/healthz', headers: { expect: 'the-impossible' } }),
      await world.ask({ method: 'POST', path: '/api/auth/revoke', body: '{' }),
      await world.ask({ method: 'BREW', path: '/' }),
      await world.ask({ path: '/healthz', headers: { 'transfer-encoding': 'chunked', 'content-length': '3' } }),
    ];

    for (const { status, headers } of answers) {
      expect(headers, String(status)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });
});
