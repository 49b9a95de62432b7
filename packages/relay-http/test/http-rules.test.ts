import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openDoors, type Doors } from './doors.js';

const EXTENSION = 'chrome-extension://abcdefghijklmnop';
const WEB = 'https://console.example';

describe('bodies', () => {
  it('malformed JSON is invalid_json', async () => {
    const doors = await openDoors();

    const answer = await doors.post('/api/auth/revoke', '{"refreshToken": "rt_1"', {
      headers: { 'content-type': 'application/json' },
    });

    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_json', code: 'invalid_json' } });
    expect(answer.text).not.toContain('rt_1');
  });

  it.each(['null', '[]', '"text"', '7', '{"refreshToken": 7}', '{"refreshToken": null}', '{"refreshToken": " "}', ''])(
    'the fields of %s count as missing',
    async (text) => {
      const doors = await openDoors();

      const answer = await doors.post('/api/auth/revoke', text, { headers: { 'content-type': 'application/json' } });

      expect(answer).toMatchObject({ status: 400, body: { code: 'refreshToken_required' } });
    },
  );

  it('a POST without body and content type counts as {}', async () => {
    const doors = await openDoors();

    const answer = await doors.request('POST', '/api/pairing/request');

    expect(answer).toMatchObject({ status: 400, body: { code: 'nodeId_required' } });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'x',
  ])('a body of type %s is refused, so that no page can send a simple request', async (type) => {
    const doors = await openDoors();

    const answer = await doors.post('/api/pairing/request', '{"nodeId":"n1"}', { headers: { 'content-type': type } });

    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  it('a body without a content type is refused', async () => {
    const port = await (await openDoors()).port();

    const answer = await raw(
      port,
      'POST /api/pairing/request HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 15\r\n\r\n{"nodeId":"n1"}',
    );

    expect(answer).toMatch(/^HTTP\/1.1 415 /);
  });

  it('a charset after the type does no harm', async () => {
    const doors = await openDoors();

    const answer = await doors.post('/api/pairing/request', '{"nodeId":"n1"}', {
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });

    expect(answer.status).toBe(200);
  });

  it('64 KiB are allowed and one byte more is body_too_large, announced or not', async () => {
    const doors = await openDoors();
    const body = (length: number) => {
      const empty = JSON.stringify({ nodeId: 'n1', padding: '' });
      return JSON.stringify({ nodeId: 'n1', padding: 'x'.repeat(length - empty.length) });
    };
    const headers = { 'content-type': 'application/json' };

    const fits = await doors.post('/api/pairing/request', body(64 * 1_024), { headers });
    const announced = await doors.post('/api/pairing/request', body(64 * 1_024 + 1), { headers });
    const streamed = await chunked(doors, '/api/pairing/request', body(64 * 1_024 + 1));

    expect(fits.status).toBe(200);
    expect(announced).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(streamed).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('a caller that leaves in the middle of its body is no error of ours', async () => {
    const doors = await openDoors();
    const socket = connect(await doors.port(), '127.0.0.1', () => {
      socket.write('POST /api/auth/revoke HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n');
      socket.end('content-length: 100\r\n\r\n{"refresh');
    });
    await new Promise((resolve) => socket.resume().on('close', resolve));

    await doors.close();
  });

  it('keys that would reach a prototype do not', async () => {
    const doors = await openDoors();

    const answer = await doors.post('/api/pairing/request', '{"__proto__":{"nodeId":"n1"}}', {
      headers: { 'content-type': 'application/json' },
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'nodeId_required' } });
  });
});

describe('addresses', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/api/pairing/request'],
    ['GET', '/%ZZ'],
    ['POST', '/nothing'],
    ['POST', '/healthz'],
    ['OPTIONS', '/healthz'],
    ['GET', '/healthz/'],
  ] as const)('%s %s is not_found', async (method, url) => {
    const doors = await openDoors();

    const answer = await doors.request(method, url, {
      ...(method === 'POST' ? { body: '{', headers: { 'content-type': 'application/json' } } : {}),
    });

    expect(answer).toMatchObject({ status: 404, body: { error: 'not_found', code: 'not_found' } });
  });

  it('an error says what happened, what to do and whether to repeat', async () => {
    const doors = await openDoors();

    const answer = await doors.get('/nothing');

    expect(answer.body).toEqual({
      error: 'not_found',
      code: 'not_found',
      message: expect.stringMatching(/\.$/),
      hint: expect.stringMatching(/\.$/),
      retryable: false,
    });
  });
});

describe('headers of every answer', () => {
  it.each([
    ['a good one', 'GET', '/healthz', {}],
    ['an unknown path', 'GET', '/nothing', {}],
    ['an unreadable path', 'GET', '/%ZZ', {}],
    ['a refused host', 'GET', '/healthz', { host: 'evil.example' }],
    ['a refused origin', 'GET', '/healthz', { origin: 'https://evil.example' }],
    ['a missing token', 'GET', '/api/status', {}],
    ['a refused type', 'POST', '/api/auth/revoke', { 'content-type': 'text/plain' }],
  ] as const)('%s is neither sniffed nor stored', async (_name, method, url, headers) => {
    const doors = await openDoors();

    const answer = await doors.request(method, url, { headers, ...(method === 'POST' ? { body: 'x' } : {}) });

    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('what is no HTTP at all gets a bare 400 with the same headers', async () => {
    const port = await (await openDoors()).port();

    const answer = await raw(port, 'HELLO\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('nosniff');
    expect(answer).toContain('no-store');
  });
});

describe('the host of a request', () => {
  it('is checked first, and the refusal names the variable', async () => {
    const doors = await openDoors();

    const refused = await doors.get('/nothing', { headers: { host: 'evil.example:8787' } });

    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden_host' } });
    expect(refused.body?.['hint']).toContain('OTTO_ALLOWED_HOSTS');
  });

  it('may be one that was allowed', async () => {
    const doors = await openDoors({ policy: { allowedHosts: ['relay.example'] } });

    expect((await doors.get('/healthz', { headers: { host: 'relay.example' } })).status).toBe(200);
  });
});

describe('the origin of a request', () => {
  it.each(['https://evil.example', 'null', 'http://localhost:8787'])('%s is refused', async (origin) => {
    const doors = await openDoors();

    const answer = await doors.post(
      '/api/controller/register',
      { name: 'x', description: 'y' },
      { headers: { origin } },
    );

    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden_origin' } });
    expect([
      ...doors.world.relay.access.grants.list({ role: 'node', nodeId: 'n', scopes: [], expiresAt: 0 }).clients,
    ]).toEqual([]);
  });

  it('of a configured kind may read the answer, and no other may', async () => {
    const doors = await openDoors({ policy: { controllerOrigins: [WEB], extensionOrigins: [EXTENSION] } });

    const web = await doors.get('/healthz', { headers: { origin: WEB } });
    const extension = await doors.get('/healthz', { headers: { origin: EXTENSION } });
    const other = await doors.get('/healthz', { headers: { origin: 'chrome-extension://other' } });
    const nobody = await doors.get('/healthz');

    expect([web, extension, other, nobody].map(({ status }) => status)).toEqual([200, 200, 403, 200]);
    expect(web.headers['access-control-allow-origin']).toBe(WEB);
    expect(extension.headers['access-control-allow-origin']).toBe(EXTENSION);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
    expect(nobody.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('of any extension may ask when none is configured, without a CORS header', async () => {
    const doors = await openDoors();

    const answer = await doors.get('/healthz', { headers: { origin: EXTENSION } });

    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('that is configured gets its preflight answered, also with a token to come', async () => {
    const doors = await openDoors({ policy: { controllerOrigins: [WEB] } });
    const headers = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

    const allowed = await doors.request('OPTIONS', '/api/controller/remove', { headers: { ...headers, origin: WEB } });
    const refused = await doors.request('OPTIONS', '/api/controller/remove', {
      headers: { ...headers, origin: 'https://evil.example' },
    });

    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': WEB,
      'access-control-allow-headers': expect.stringContaining('authorization'),
      'access-control-allow-methods': expect.stringContaining('POST'),
    });
    expect(refused.status).toBe(403);
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

/** Sends a body in chunks, without saying how long it is. */
async function chunked(doors: Doors, path: string, body: string) {
  const port = await doors.port();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as unknown }));
    });
    sent.on('error', reject);
    sent.write(body.slice(0, 1_000));
    sent.end(body.slice(1_000));
  });
}

/** Sends a text as it is, and gives all that comes back. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
