import { HTTP_REPLY_BYTES_MAX } from '@telepat/otto-protocol/limits';
import { ManualClock } from '@telepat/otto-relay-core/testing';
import { settled } from '@telepat/otto-relay-link/testing';
import { describe, expect, it } from 'vitest';
import { HTTP_TIMEOUT_MS_DEFAULT, OttoHttpApi, type Bearer, type FetchInit } from '../src/index.js';

describe('each call goes to its route, with the credential where one is needed', () => {
  const pair = { accessToken: 'a', refreshToken: 'r' };
  const challenge = { challengeId: 'chl_1', code: '123-456', nodeId: 'n1', status: 'pending', expiresAt: 1 };
  const removed = { ok: true, aclRevokedCount: 0, refreshRevokedCount: 0, disconnectedSessions: 0 };

  it.each<[string, (api: OttoHttpApi) => Promise<unknown>, string, object | undefined, object, boolean]>([
    [
      'pairing.request',
      (api) => api.pairing.request({ nodeId: 'n1' }),
      'POST /api/pairing/request',
      { nodeId: 'n1' },
      challenge,
      false,
    ],
    ['pairing.pending', (api) => api.pairing.pending(), 'GET /api/pairing/pending', undefined, { pending: [] }, true],
    [
      'pairing.approve',
      (api) => api.pairing.approve({ code: '123-456' }),
      'POST /api/pairing/approve',
      { code: '123-456' },
      { nodeId: 'n1', status: 'approved' },
      true,
    ],
    [
      'pairing.status',
      (api) => api.pairing.status({ challengeId: 'chl/1' }),
      'GET /api/pairing/status?challengeId=chl%2F1',
      undefined,
      challenge,
      false,
    ],
    [
      'auth.refresh',
      (api) => api.auth.refresh({ refreshToken: 'rt' }),
      'POST /api/auth/refresh',
      { refreshToken: 'rt' },
      pair,
      false,
    ],
    [
      'auth.revoke',
      (api) => api.auth.revoke({ refreshToken: 'rt' }),
      'POST /api/auth/revoke',
      { refreshToken: 'rt' },
      { revoked: true },
      false,
    ],
    [
      'clients.register',
      (api) => api.clients.register({ name: 'a', description: 'b' }),
      'POST /api/controller/register',
      { name: 'a', description: 'b' },
      { clientId: 'c', name: 'a', description: 'b', avatarSeed: 's', clientSecret: 'cs', createdAt: 1 },
      false,
    ],
    [
      'clients.token',
      (api) => api.clients.token({ clientId: 'c', clientSecret: 'cs' }),
      'POST /api/controller/token',
      { clientId: 'c', clientSecret: 'cs' },
      { ...pair, clientId: 'c', controllerId: 'ctl', scopes: [] },
      false,
    ],
    [
      'clients.remove',
      (api) => api.clients.remove({ clientId: 'c' }),
      'POST /api/controller/remove',
      { clientId: 'c' },
      { ...removed, clientId: 'c', revokedAt: 1, alreadyRevoked: false },
      true,
    ],
    [
      'clients.removeAll',
      (api) => api.clients.removeAll(),
      'POST /api/controller/remove-all',
      {},
      { ...removed, removedClientIds: [], removedCount: 0 },
      true,
    ],
    [
      'access.list',
      (api) => api.access.list(),
      'GET /api/controller/access',
      undefined,
      { nodeId: 'n1', clients: [] },
      true,
    ],
    [
      'access.set',
      (api) => api.access.set({ clientId: 'c', grant: true }),
      'POST /api/controller/access',
      { clientId: 'c', grant: true },
      { ok: true, clientId: 'c', nodeId: 'n1', granted: true },
      true,
    ],
    [
      'nodes.connected',
      (api) => api.nodes.connected({ detail: true }),
      'GET /api/nodes/connected?detail=1',
      undefined,
      { nodes: [] },
      true,
    ],
    [
      'logs.query',
      (api) => api.logs.query({ requestId: 'r 1', latest: 5 }),
      'GET /api/logs?requestId=r%201&latest=5',
      undefined,
      { logs: [] },
      true,
    ],
    ['health', (api) => api.health('ab'), 'GET /healthz?challenge=ab', undefined, { status: 'ok', proof: 'x' }, false],
    ['ready', (api) => api.ready(), 'GET /readyz', undefined, { status: 'ready' }, false],
    [
      'status',
      (api) => api.status(),
      'GET /api/status',
      undefined,
      {
        ...{ version: '1', pid: 1, port: 1, uptimeMs: 1, sessions: [], nodes: [], warnings: [] },
        ...{ tabs: [], locks: [], queues: [], durableCommands: [], counts: {} },
      },
      true,
    ],
  ])('%s', async (_name, call, route, body, reply, hasCredential) => {
    const { api, calls } = relayThat(() => ({ body: reply }), { bearer: 'secret' });

    await expect(call(api)).resolves.toEqual(reply);

    expect(calls).toEqual([{ route, body, authorization: hasCredential ? 'Bearer secret' : undefined }]);
  });
});

describe('an answer', () => {
  it('that is an error becomes that error', async () => {
    const body = {
      error: 'controller_name_conflict',
      code: 'controller_name_conflict',
      message: 'Taken.',
      clientId: 'c1',
    };
    const { api } = relayThat(() => ({ status: 409, body }));

    const registering = api.clients.register({ name: 'a', description: 'b' });

    await expect(registering).rejects.toMatchObject({
      code: 'controller_name_conflict',
      category: 'validation',
      retryable: false,
      context: { clientId: 'c1' },
    });
    await expect(registering).rejects.toThrow('Taken.');
  });

  it('of a relay that starts or stops is an answer to ready, and to nothing else', async () => {
    const { api } = relayThat(() => ({ status: 503, body: { status: 'starting' } }));

    await expect(api.ready()).resolves.toEqual({ status: 'starting' });
    await expect(api.health()).rejects.toMatchObject({ code: 'relay_unreachable' });
  });

  it.each([
    ['HTML', { status: 200, text: '<html>' }],
    ['a JSON list', { status: 200, body: [] }],
    ['some other JSON', { status: 200, body: { nodes: 'many' } }],
    ['a list with holes', { status: 200, body: { nodes: [null] } }],
    ['a foreign 404', { status: 404, body: { detail: 'no' } }],
    ['the word of a gateway', { status: 502, body: { error: 'bad_gateway' } }],
  ])('that is %s comes from no relay', async (_name, reply) => {
    const { api } = relayThat(() => reply);

    await expect(api.nodes.connected()).rejects.toMatchObject({ code: 'relay_unreachable' });
  });

  it('is read up to its limit and no further', async () => {
    const honest = spaced('{"status":"ready"}', HTTP_REPLY_BYTES_MAX);
    const endless = spaced('', Infinity);

    await expect(streaming(honest.body).ready()).resolves.toEqual({ status: 'ready' });
    await expect(streaming(endless.body).ready()).rejects.toMatchObject({
      code: 'relay_unreachable',
      message: expect.stringContaining(`more than ${HTTP_REPLY_BYTES_MAX} bytes`),
    });

    expect(endless.given()).toBeLessThan(4 * HTTP_REPLY_BYTES_MAX);
    expect(endless.isCancelled()).toBe(true);
  });

  it('may be longer when it is a list', async () => {
    const { body } = spaced('{"nodes":[]}', 2 * HTTP_REPLY_BYTES_MAX);

    await expect(streaming(body).nodes.connected()).resolves.toEqual({ nodes: [] });
  });

  it('that is cut while it is read as a stream says so as a failure of the relay', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulls += 1;
        if (pulls === 1) controller.enqueue(Buffer.from('{"id":"1"}\n{"id'));
        else controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
      },
    });
    const reader = (await streaming(body).logs.export()).getReader();

    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('{"id":"1"}\n{"id');
    await expect(reader.read()).rejects.toMatchObject({
      code: 'relay_disconnected',
      retryable: true,
      message: expect.stringContaining('other side closed'),
    });
  });

  it('that does not come names the reason', async () => {
    const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
    const { api } = relayThat(() => refused);

    await expect(api.ready()).rejects.toMatchObject({ code: 'relay_unreachable', retryable: true });
    await expect(api.ready()).rejects.toThrow(/ECONNREFUSED/);
  });

  it('that takes too long is not waited for', async () => {
    const { api, clock } = relayThat(() => 'silence');
    const asking = api.ready();
    await settled();

    clock.advance(HTTP_TIMEOUT_MS_DEFAULT);

    await expect(asking).rejects.toThrow(/no answer within 10000 ms/);
    expect(clock.armedCount).toBe(0);
  });
});

describe('a refused access token', () => {
  const refusal = { status: 401, body: { code: 'invalid_access_token', message: 'no' } };

  it('is renewed once, where there is a source', async () => {
    const bearer = ({ renew }: { renew: boolean }) => Promise.resolve(renew ? 'new' : 'old');
    const { api, calls } = relayThat(
      ({ authorization }) => (authorization === 'Bearer new' ? { body: { nodes: [] } } : refusal),
      { bearer },
    );

    await expect(api.nodes.connected()).resolves.toEqual({ nodes: [] });

    expect(calls.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('is reported when the new one is refused, too, or there is no source', async () => {
    const renewing = relayThat(() => refusal, { bearer: () => Promise.resolve('t') });
    const fixed = relayThat(() => refusal, { bearer: 't' });

    await expect(renewing.api.status()).rejects.toMatchObject({ code: 'invalid_access_token' });
    await expect(fixed.api.status()).rejects.toMatchObject({ code: 'invalid_access_token' });

    expect(renewing.calls).toHaveLength(2);
    expect(fixed.calls).toHaveLength(1);
  });
});

it('redirects are not followed, so that no credential goes elsewhere', async () => {
  const inits: FetchInit[] = [];
  const fetch = (_url: string, init: FetchInit) => {
    inits.push(init);
    return Promise.resolve({ status: 200, text: () => Promise.resolve('{"status":"ok"}') });
  };

  await new OttoHttpApi({ baseUrl: 'ws://relay:1/', fetch }).health();

  expect(inits[0]?.redirect).toBe('error');
});

/** An API whose calls are answered with this body, and must not be read otherwise. */
function streaming(body: ReadableStream<Uint8Array>): OttoHttpApi {
  const fetch = () => Promise.resolve({ status: 200, body, text: () => Promise.reject(new Error('unbounded')) });
  return new OttoHttpApi({ baseUrl: 'http://relay:8787', fetch });
}

/** A body that begins with a text and goes on with spaces until it has so many bytes. */
function spaced(text: string, bytes: number) {
  let given = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk =
        given === 0 ? Buffer.from(text.padEnd(1024)) : new Uint8Array(Math.min(2 ** 20, bytes - given)).fill(0x20);
      given += chunk.length;
      controller.enqueue(chunk);
      if (given >= bytes) controller.close();
    },
    cancel: () => void (isCancelled = true),
  });
  return { body, given: () => given, isCancelled: () => isCancelled };
}

type Reply = { status?: number; body?: unknown; text?: string };
type Call = { route: string; body: unknown; authorization: string | undefined };

/** An API whose every call is answered as told. */
function relayThat(answer: (call: Call) => Reply | Error | 'silence', options: { bearer?: Bearer } = {}) {
  const clock = new ManualClock();
  const calls: Call[] = [];
  const fetch = (url: string, { method, headers, body, signal }: FetchInit) => {
    const call: Call = {
      route: `${method} ${url.replace('http://relay:8787', '')}`,
      body: body === undefined ? undefined : (JSON.parse(body) as unknown),
      authorization: headers['authorization'],
    };
    calls.push(call);
    const reply = answer(call);
    if (reply instanceof Error) return Promise.reject(reply);
    if (reply === 'silence') {
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    }
    const text = reply.text ?? JSON.stringify(reply.body);
    return Promise.resolve({ status: reply.status ?? 200, text: () => Promise.resolve(text) });
  };
  const api = new OttoHttpApi({ baseUrl: 'http://relay:8787', fetch, clock, ...options });
  return { api, calls, clock };
}
