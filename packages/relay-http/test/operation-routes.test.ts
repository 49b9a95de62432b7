import { ERRORS } from '@telepat/otto-protocol';
import type { ReadyReply } from '@telepat/otto-protocol/http';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../src/index.js';
import { OPERATOR, openDoors } from './doors.js';

const CHALLENGE = 'ab'.repeat(32);

describe('GET /healthz', () => {
  it('answers, and proves knowledge of the operator token when challenged', async () => {
    const doors = await openDoors();

    expect((await doors.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await doors.get(`/healthz?challenge=${CHALLENGE}`)).body).toEqual({
      status: 'ok',
      proof: `proof of ${CHALLENGE}`,
    });
  });

  it.each(['short', 'zz'.repeat(32), `${CHALLENGE}ab`])('proves nothing for the challenge %s', async (challenge) => {
    const doors = await openDoors();

    expect((await doors.get(`/healthz?challenge=${challenge}`)).body).toEqual({ status: 'ok' });
  });
});

describe('GET /readyz', () => {
  it.each<[ReadyReply, number]>([
    [{ status: 'ready' }, 200],
    [{ status: 'degraded', warnings: ['The log cannot be written.'] }, 200],
    [{ status: 'starting' }, 503],
    [{ status: 'stopping' }, 503],
  ])('says %o with %i', async (reply, status) => {
    const doors = await openDoors({ readiness: () => reply });

    expect(await doors.get('/readyz')).toMatchObject({ status, body: reply });
  });
});

describe('GET /api/status', () => {
  it('shows the operator the process, the sessions and the nodes', async () => {
    const doors = await openDoors();
    const node = await doors.connect('/?role=node');
    await node.join('node', await doors.nodeToken('n1'), { nodeId: 'n1', capabilities: ['primitive.tab.open'] });

    const answer = await doors.get('/api/status', { token: OPERATOR });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        version: '1.2.3',
        pid: 42,
        port: 8787,
        uptimeMs: 1_000,
        now: doors.world.clock.now(),
        sessions: [{ role: 'node', identity: 'n1' }],
        nodes: [{ nodeId: 'n1', capabilities: ['primitive.tab.open'], inFlight: 0, queued: 0 }],
        tabs: [],
        locks: [],
        queues: [],
        durableCommands: [],
        counts: { sessions: 1, nodes: 1, tabs: 0, locks: 0, queues: 0, durableCommands: 0 },
        warnings: [],
      },
    });
  });

  it('is for the operator alone', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });

    expect((await doors.get('/api/status')).body).toMatchObject({ code: 'missing_access_token' });
    expect((await doors.get('/api/status', { token: 'x' })).body).toMatchObject({ code: 'invalid_access_token' });
    for (const token of [await doors.clientToken('alice'), await doors.nodeToken('n1')]) {
      expect(await doors.get('/api/status', { token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden_role' },
      });
    }
  });
});

describe('GET /api/nodes/connected', () => {
  it('lists the nodes that the caller may command, by id alone unless asked for more', async () => {
    const doors = await openDoors({ relay: { grants: { alice: ['n1'], bob: [] } } });
    for (const nodeId of ['n1', 'n2']) {
      const node = await doors.connect('/?role=node');
      await node.join('node', await doors.nodeToken(nodeId), { nodeId });
    }
    const nodesOf = async (token: string, query = '') =>
      (await doors.get(`/api/nodes/connected${query}`, { token })).body?.['nodes'];

    expect(await nodesOf(await doors.clientToken('alice'))).toEqual([{ nodeId: 'n1' }]);
    expect(await nodesOf(await doors.clientToken('bob'))).toEqual([]);
    expect(await nodesOf(OPERATOR)).toEqual([{ nodeId: 'n1' }, { nodeId: 'n2' }]);
    expect(await nodesOf(await doors.clientToken('alice'), '?detail=1')).toEqual([
      {
        nodeId: 'n1',
        capabilities: [],
        connectedAt: expect.any(Number),
        lastPongAt: expect.any(Number),
        inFlight: 0,
        queued: 0,
      },
    ]);
  });

  it('is for controllers', async () => {
    const doors = await openDoors();

    expect(await doors.get('/api/nodes/connected')).toMatchObject({
      status: 401,
      body: { code: 'missing_access_token' },
    });
    expect(await doors.get('/api/nodes/connected', { token: await doors.nodeToken('n1') })).toMatchObject({
      status: 403,
      body: { code: 'forbidden_role' },
    });
  });
});

describe('GET /api/logs', () => {
  it('gives what the caller may see, filtered, oldest first', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    await doors.post('/api/pairing/request', { nodeId: 'n1' });
    await doors.connect('/?role=admin');
    const typesOf = async (query: string, token = OPERATOR) => {
      const { body } = await doors.get(`/api/logs${query}`, { token });
      return (body?.['logs'] as { type: string }[]).map(({ type }) => type);
    };

    expect(await typesOf('')).toEqual(['pairing_requested', 'ws_upgrade_rejected']);
    expect(await typesOf('?level=warn')).toEqual(['ws_upgrade_rejected']);
    expect(await typesOf('?latest=1&source=all')).toEqual(['ws_upgrade_rejected']);
    expect(await typesOf('?source=node')).toEqual([]);
    expect(await typesOf('?nodeId=n1')).toEqual(['pairing_requested']);
    expect(await typesOf('?since=2100-01-01T00:00:00Z')).toEqual([]);
    // What strangers said is for the owner of the relay alone.
    expect(await typesOf('', await doors.clientToken('alice'))).toEqual([]);
  });

  it.each([
    ['since=yesterday', 'invalid_since'],
    ['since=2026-13-01T00:00:00Z', 'invalid_since'],
    ['level=loud', 'invalid_level'],
    ['level=warn&level=info', 'invalid_level'],
    ['source=web', 'invalid_source'],
    ['latest=0', 'invalid_latest'],
    ['latest=-1', 'invalid_latest'],
    ['latest=1.5', 'invalid_latest'],
    ['latest=many', 'invalid_latest'],
  ])('refuses %s', async (query, code) => {
    const doors = await openDoors();

    expect(await doors.get(`/api/logs?${query}`, { token: OPERATOR })).toMatchObject({ status: 400, body: { code } });
  });

  it('is for controllers with logs.read', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] }, scopes: ['primitive.tab.*'] } });
    const codeFor = async (token?: string) =>
      (await doors.get('/api/logs', token === undefined ? {} : { token })).body?.['code'];

    expect(await codeFor()).toBe('missing_access_token');
    expect(await codeFor('x')).toBe('invalid_access_token');
    expect(await codeFor(await doors.nodeToken('n1'))).toBe('forbidden_role');
    expect(await codeFor(await doors.clientToken('alice'))).toBe('forbidden_scope');
  });
});

describe('a bug of our own', () => {
  it('is answered with internal_error, logged with its stack, and tells the caller nothing', async () => {
    const doors = await openDoors({
      readiness: () => {
        throw new Error('a detail of the inside');
      },
    });

    const answer = await doors.get('/readyz');

    expect(answer).toMatchObject({
      status: 500,
      body: { error: 'internal_error', message: ERRORS.internal_error.message },
    });
    expect(answer.text).not.toContain('detail');
    expect(doors.takeLogged()).toContain('a detail of the inside');
    expect((await doors.get('/healthz')).status).toBe(200);
  });
});

describe('ROUTES', () => {
  it('names each address once, says who may call and what it does', () => {
    const addresses = ROUTES.map(({ method, url }) => `${method} ${url}`);

    expect(new Set(addresses).size).toBe(addresses.length);
    for (const route of ROUTES) expect(route.summary).toMatch(/^[A-Z].*\.$/);
  });
});
