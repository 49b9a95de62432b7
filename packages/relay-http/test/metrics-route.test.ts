import { fastify } from 'fastify';
import { testRelay, type TestRelay } from '@telepat/otto-relay-core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { SERVER_OPTIONS, relayHttp, type RelayHttpOptions } from '../src/index.js';

const OPERATOR = 'operator-token';
const TEXT = 'otto_sessions{role="node"} 1\n';
const ELSEWHERE = '192.0.2.7';

it('a program on this machine gets the text as it is', async () => {
  const { get } = await doors();

  const answer = await get();

  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(answer.body).toBe(TEXT);
});

it.each<[string, (world: TestRelay) => Promise<Record<string, string>>, string, number, string?]>([
  ['nobody in particular from elsewhere', headers({}), ELSEWHERE, 401, 'missing_access_token'],
  ['a bad token from elsewhere', headers({ authorization: 'Bearer nonsense' }), ELSEWHERE, 401, 'invalid_access_token'],
  ['a controller from elsewhere', bearer('controller'), ELSEWHERE, 403, 'forbidden_role'],
  ['a node from elsewhere', bearer('node'), ELSEWHERE, 403, 'forbidden_role'],
  ['the operator from elsewhere', headers({ authorization: `Bearer ${OPERATOR}` }), ELSEWHERE, 200],
  ['nobody through a proxy here', headers({ 'x-forwarded-for': ELSEWHERE }), '127.0.0.1', 401, 'missing_access_token'],
  ['the operator through a proxy', headers({ authorization: `Bearer ${OPERATOR}`, via: 'x' }), '127.0.0.1', 200],
  ['a bad token from here', headers({ authorization: 'Bearer nonsense' }), '::1', 200],
  ['a web page here', headers({ origin: 'https://evil.test' }), '127.0.0.1', 403, 'forbidden_origin'],
  ['a rebound name here', headers({ host: 'evil.test' }), '127.0.0.1', 403, 'forbidden_host'],
])('%s', async (_who, headersOf, from, status, code) => {
  const { world, get } = await doors();

  const answer = await get(await headersOf(world), from);

  expect(answer.statusCode).toBe(status);
  if (code === undefined) expect(answer.body).toBe(TEXT);
  else expect(answer.json()).toMatchObject({ error: code, code });
});

it('everybody gets it where it is public', async () => {
  const { get } = await doors({ metricsPublic: true });

  expect((await get({ 'x-forwarded-for': ELSEWHERE }, ELSEWHERE)).body).toBe(TEXT);
});

it('a relay without metrics has none', async () => {
  const { get } = await doors({}, null);

  expect((await get()).json()).toMatchObject({ code: 'not_found' });
});

async function doors(policy: Partial<RelayHttpOptions['policy']> = {}, text: string | null = TEXT) {
  const world = await testRelay();
  const app = fastify(SERVER_OPTIONS);
  await app.register(relayHttp, {
    relay: world.relay,
    operator: { matches: (token) => token === OPERATOR, prove: () => '' },
    readiness: () => ({ status: 'ready' }),
    process: () => ({ version: '1.2.3', pid: 42, port: 8787, uptimeMs: 1_000, warnings: [] }),
    ...(text === null ? {} : { metrics: () => Promise.resolve(text) }),
    policy: { ...POLICY, ...policy },
  });
  onTestFinished(() => app.close());
  const get = (more: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'GET', url: '/metrics', headers: more, remoteAddress });
  return { world, get };
}

const POLICY: RelayHttpOptions['policy'] = {
  extensionOrigins: [],
  controllerOrigins: [],
  allowedHosts: [],
  registration: { allowRemote: false },
  maxFrameBytes: 1_000_000,
  maxBufferedBytes: 1_000_000,
  maxSockets: 100,
  maxUnauthenticatedSockets: 50,
};

function headers(fields: Record<string, string>) {
  return () => Promise.resolve(fields);
}

function bearer(role: 'controller' | 'node') {
  return async (world: TestRelay) => {
    const scopes = role === 'controller' ? ['relay.admin'] : [];
    const token = await world.token({ role, nodeId: 'n1', controllerId: 'ctl_1', scopes });
    return { authorization: `Bearer ${token}` };
  };
}
