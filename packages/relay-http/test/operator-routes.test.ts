import { describe, expect, it } from 'vitest';
import { OPERATOR, openDoors, type Doors } from './doors.js';
import type { TestSocket } from './test-socket.js';

const EXTENSION = 'chrome-extension://abcdefghijklmnop';

const asOperator = { token: OPERATOR };

describe('GET /api/status', () => {
  it('says who holds what: sessions, tabs by owner, locks, queues and open durable commands', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'], bob: ['n1'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const bob = await world.controller('bob');
    node.answer(alice.command('n1', { action: 'primitive.tab.open', requestId: 'open' }), { tabSessionId: 't1' });
    alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: 't1', lockLeaseMs: 60_000 });
    alice.command('n1', { tab: 't1', requestId: 'running' });
    bob.queue('n1', { tab: 't1', requestId: 'head' });
    bob.queue('n1', { tab: 't1', requestId: 'behind' });
    bob.command('n1', { tab: 't2', requestId: 'durable', idempotencyKey: 'k1' });
    world.clock.advance(1_000);

    const { status, body } = await doors.get('/api/status', asOperator);

    const own = (identity: string) => ({ identity, name: identity });
    const now = world.clock.now();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      sessions: expect.arrayContaining([
        { role: 'node', identity: 'n1', nodeId: 'n1', connectedAt: now - 1_000, lastFrameAt: now - 1_000 },
        expect.objectContaining({ role: 'controller', ...own('alice'), clientId: 'alice', controllerId: 'ctl_alice' }),
        expect.objectContaining({ role: 'controller', ...own('bob') }),
      ]),
      nodes: [{ nodeId: 'n1', inFlight: 2, queued: 2, lastPongAt: now - 1_000 }],
      tabs: [{ owner: own('alice'), nodeId: 'n1', since: now - 1_000 }],
      locks: [{ nodeId: 'n1', tabSessionId: 't1', holder: own('alice'), expiresAt: now + 59_000 }],
      queues: [
        {
          nodeId: 'n1',
          tabSessionId: 't1',
          depth: 2,
          running: { requestId: 'running', owner: own('alice'), ageMs: 1_000 },
          head: { requestId: 'head', action: 'primitive.dom.extract_text', owner: own('bob'), ageMs: 1_000 },
        },
        { nodeId: 'n1', tabSessionId: 't2', depth: 0, running: { requestId: 'durable', owner: own('bob') } },
      ],
      durableCommands: [
        {
          requestId: 'durable',
          nodeId: 'n1',
          owner: own('bob'),
          phase: 'running',
          acceptedAt: now - 1_000,
          waiting: 1,
        },
      ],
      counts: { sessions: 3, nodes: 1, tabs: 1, locks: 1, queues: 2, durableCommands: 1 },
    });
  });

  it('lists 500 rows of each at most, those that matter most, and counts all', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'] }, { rateLimitPerMin: 100_000 });
    await world.node('n1');
    const alice = await world.controller('alice');
    for (let count = 0; count < 600; count += 1) {
      const lockLeaseMs = 600_000 - count * 10;
      alice.send('tab_lock', { targetNodeId: 'n1', tabSessionId: `t${String(count)}`, lockLeaseMs });
      alice.command('n1', { tab: `t${String(count)}`, requestId: `c${String(count)}` });
    }
    alice.queue('n1', { tab: 't599', requestId: 'waiting' });

    const { body } = await doors.get('/api/status', asOperator);

    const locks = body?.['locks'] as { tabSessionId: string }[];
    expect(locks).toHaveLength(500);
    expect(locks[0]?.tabSessionId).toBe('t599');
    expect(locks.at(-1)?.tabSessionId).toBe('t100');
    const queues = body?.['queues'] as { tabSessionId: string; depth: number }[];
    expect(queues).toHaveLength(500);
    expect(queues[0]).toMatchObject({ tabSessionId: 't599', depth: 1, head: { requestId: 'waiting' } });
    expect(body?.['counts']).toMatchObject({ locks: 600, queues: 600 });
  });
});

describe('GET /api/nodes', () => {
  it('lists the paired nodes with their pairing, their grants, and when they were seen last', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [], bob: [] } } });
    const { clock } = doors.world;
    const pairedAt = clock.now();
    const away = await paired(doors, 'away', { origin: EXTENSION });
    const near = await paired(doors, 'near');
    const expiresAt = clock.now() + 3_600_000;
    await doors.post('/api/controller/access', { clientId: 'bob', grant: true, expiresAt }, { token: near.token });
    const socket = await doors.connect('/?role=node');
    await socket.join('node', near.token, { nodeId: 'near' });
    clock.advance(500);
    // What it says by itself is no answer.
    socket.send('ping', {}, { senderRole: 'node' });
    await socket.frame('pong');
    const left = await doors.connect('/?role=node');
    await left.join('node', away.token, { nodeId: 'away' });
    clock.advance(1_000);
    left.ws.close();
    while (doors.world.relay.tables().nodes > 1) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.advance(1_000);

    const { status, body } = await doors.get('/api/nodes', asOperator);

    const grant = { clientId: 'bob', name: 'bob', grantedAt: pairedAt, expiresAt };
    const facts = { pairedAt, grants: [], grantCount: 0 };
    expect(status).toBe(200);
    expect(body).toEqual({
      nodes: [
        { ...facts, nodeId: 'away', lastSeenAt: pairedAt + 1_500, connected: false, origin: EXTENSION },
        {
          ...{ ...facts, nodeId: 'near', lastSeenAt: pairedAt + 500, connected: true, lastPongAt: pairedAt },
          ...{ grants: [grant], grantCount: 1 },
        },
      ],
      nodeCount: 2,
      now: pairedAt + 2_500,
    });
  });

  it('remembers when a node was paired over refreshes of its token and a restart', async () => {
    const doors = await openDoors();
    const pairedAt = doors.world.clock.now();
    const { refreshToken } = await paired(doors, 'n1', { origin: EXTENSION });
    doors.world.clock.advance(60_000);
    const { body } = await doors.post('/api/auth/refresh', { refreshToken });
    doors.world.clock.advance(60_000);
    await doors.post('/api/auth/refresh', { refreshToken: body?.['refreshToken'] });

    const after = await doors.world.restart();

    expect(after.relay.pairedNodes().nodes).toEqual([
      expect.objectContaining({ nodeId: 'n1', pairedAt, lastSeenAt: pairedAt + 120_000, origin: EXTENSION }),
    ]);
    after.relay.stop();
  });
});

describe('POST /api/nodes/remove', () => {
  it('ends the tokens, the socket, the grants and the bound controllers of a node, and then there is none', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [], bob: [] } } });
    const node = await paired(doors, 'n1');
    const other = await paired(doors, 'n2');
    for (const clientId of ['alice', 'bob']) {
      await doors.post('/api/controller/access', { clientId, grant: true }, { token: node.token });
      await doors.post('/api/controller/access', { clientId, grant: true }, { token: other.token });
    }
    const nodeSocket = await joined(doors, 'node', node.token, 'n1');
    const otherSocket = await joined(doors, 'node', other.token, 'n2');
    const bound = await joined(doors, 'controller', node.controllerToken);
    const alice = await joined(doors, 'controller', await doors.clientToken('alice'));
    command(doors, alice, 'n1', 'live');
    await alice.until(() => alice.received.some(({ payload }) => payload['type'] === 'routed'));

    const first = await doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator);
    const second = await doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator);

    expect(first).toMatchObject({
      status: 200,
      body: { ok: true, nodeId: 'n1', refreshRevokedCount: 2, aclRevokedCount: 2, disconnectedSessions: 2 },
    });
    expect(second).toMatchObject({ status: 404, body: { code: 'node_not_found', nodeId: 'n1' } });
    expect(await nodeSocket.closeCode()).toBe(4403);
    expect(await bound.closeCode()).toBe(4403);
    expect((await alice.frame('error')).payload).toMatchObject({ code: 'acl_missing_node_grant', effect: 'unknown' });
    for (const token of [node.token, node.controllerToken]) {
      expect((await doors.get('/api/controller/access', { token })).body).toMatchObject({
        code: 'invalid_access_token',
      });
    }
    expect(await doors.post('/api/auth/refresh', { refreshToken: node.refreshToken })).toMatchObject({ status: 401 });
    const { body } = await doors.get('/api/nodes', asOperator);
    expect(body).toMatchObject({ nodes: [{ nodeId: 'n2', connected: true, grantCount: 2 }], nodeCount: 1 });
    expect([otherSocket.isOpen, alice.isOpen]).toEqual([true, true]);
  });

  it('closes also a node whose token was made elsewhere, and has no family that could end', async () => {
    const doors = await openDoors();
    const socket = await joined(doors, 'node', await doors.nodeToken('n1'), 'n1');

    const answer = await doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator);

    expect(answer).toMatchObject({ status: 200, body: { refreshRevokedCount: 0, disconnectedSessions: 1 } });
    expect(await socket.closeCode()).toBe(4403);
  });

  it('is one thing for two who ask at once', async () => {
    const doors = await openDoors();
    await paired(doors, 'n1');
    const remove = () => doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator);

    const answers = await Promise.all([remove(), remove()]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  it('names what is missing or unknown', async () => {
    const doors = await openDoors();

    expect(await doors.post('/api/nodes/remove', {}, asOperator)).toMatchObject({
      status: 400,
      body: { code: 'nodeId_required' },
    });
    expect(await doors.post('/api/nodes/remove', { nodeId: 'nobody' }, asOperator)).toMatchObject({
      status: 404,
      body: { code: 'node_not_found' },
    });
  });

  it('is answered only once it is durable, and is taken back when it cannot be', async () => {
    const doors = await openDoors();
    await paired(doors, 'n1');
    doors.world.storage.refreshSessions.failNext = new Error('disk full');

    expect(await doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator)).toMatchObject({ status: 500 });

    expect(doors.takeLogged()).toContain('disk full');
    expect((await doors.get('/api/nodes', asOperator)).body).toMatchObject({ nodes: [{ nodeId: 'n1' }] });
    expect(await doors.post('/api/nodes/remove', { nodeId: 'n1' }, asOperator)).toMatchObject({ status: 200 });
  });
});

describe('POST /api/controller/scopes', () => {
  it('changes what a live session may do with its next command', async () => {
    const doors = await openDoors({ relay: { grants: { alice: ['n1'] } } });
    await joined(doors, 'node', await doors.nodeToken('n1'), 'n1');
    const alice = await joined(doors, 'controller', await doors.clientToken('alice'));
    const set = (scopes: readonly string[]) =>
      doors.post('/api/controller/scopes', { clientId: 'alice', scopes }, asOperator);
    const codeOf = async (requestId: string) => {
      command(doors, alice, 'n1', requestId);
      const isAnswer = (frame: { requestId: string }) => frame.requestId === requestId;
      await alice.until(() => alice.received.some(isAnswer));
      const payload = alice.received.find(isAnswer)?.payload;
      return payload?.['code'] ?? payload?.['type'];
    };

    expect(await codeOf('before')).toBe('routed');
    expect(await set(['primitive.tab.*', 'primitive.tab.*'])).toMatchObject({
      status: 200,
      body: { clientId: 'alice', name: 'alice', scopes: ['primitive.tab.*'] },
    });
    expect(await codeOf('narrowed')).toBe('forbidden_action');
    await set(['*']);
    expect(await codeOf('widened')).toBe('routed');
    await set([]);
    expect(await codeOf('nothing')).toBe('forbidden_action');
    expect(alice.isOpen).toBe(true);
  });

  it('ends what waits and is not covered any more, lets run what runs, and ends subscriptions', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: ['*'] }, asOperator);
    node.answer(
      alice.command('n1', { action: 'listener.subscribe', input: { listener: 'network' }, requestId: 'sub' }),
    );
    alice.command('n1', { tab: 't1', requestId: 'running' });
    alice.queue('n1', { tab: 't1', requestId: 'waiting' });
    alice.queue('n1', { tab: 't1', action: 'primitive.tab.reload', requestId: 'covered' });

    await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: ['primitive.tab.*'] }, asOperator);

    expect(alice.terminals('waiting')).toMatchObject([{ payload: { code: 'forbidden_action', effect: 'none' } }]);
    expect(alice.events('sub')).toContain('listener_ended');
    expect(alice.terminals('running')).toEqual([]);
    node.answer('running');
    expect(alice.terminals('running')).toMatchObject([{ messageType: 'result' }]);
    expect(node.commandIds).toContain('covered');
  });

  it('ends a subscription and a stream whose right ended while the node worked', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: ['*'] }, asOperator);
    const stream = alice.command('n1', { action: 'command.test', tab: 't1', requestId: 'stream' });
    node.answer(stream, { stream: { listeners: [{ listener: 'network' }] } });
    alice.command('n1', { action: 'listener.subscribe', input: { listener: 'other' }, requestId: 'sub' });

    await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: ['primitive.*'] }, asOperator);
    node.answer('sub');

    expect(alice.terminals('stream').at(-1)).toMatchObject({ payload: { data: { streamCancelled: true } } });
    expect(alice.events('sub')).toContain('listener_ended');
    expect(node.commands.at(-1)?.payload).toMatchObject({ action: 'listener.unsubscribe' });
    expect(world.relay.tables()).toMatchObject({ listeners: 0, streams: 0 });
  });

  it('takes the log away from a session that follows it', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'] });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    alice.send('event', { type: 'logs_subscribe' });
    const entries = () => alice.received.filter(({ payload }) => payload['type'] === 'log').length;
    node.answer(alice.command('n1'));
    const before = entries();

    await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: ['primitive.*'] }, asOperator);
    node.answer(alice.command('n1'));

    expect(before).toBeGreaterThan(0);
    expect(entries()).toBe(before);
    expect(await doors.get('/api/logs', { token: await doors.clientToken('alice') })).toMatchObject({
      status: 403,
      body: { code: 'forbidden_scope' },
    });
  });

  it.each([
    [400, 'clientId_required', {}],
    [400, 'invalid_scopes', { clientId: 'alice' }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: 'primitive.*' }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: [7] }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: ['primitive.*.tab'] }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: [''] }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: ['a'.repeat(201)] }],
    [400, 'invalid_scopes', { clientId: 'alice', scopes: Array.from({ length: 101 }, (_, index) => `a${index}`) }],
    [404, 'client_not_found', { clientId: 'nobody', scopes: ['*'] }],
  ])('refuses with %i %s, case %#', async (status, code, body) => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });

    expect(await doors.post('/api/controller/scopes', body, asOperator)).toMatchObject({ status, body: { code } });
  });

  it('is taken back in live sessions, too, when it cannot be stored', async () => {
    const { world, ...doors } = await opened({ alice: ['n1'] });
    await world.node('n1');
    const alice = await world.controller('alice');
    world.storage.clients.failNext = new Error('disk full');

    const answer = await doors.post('/api/controller/scopes', { clientId: 'alice', scopes: [] }, asOperator);

    expect(answer.status).toBe(500);
    expect(doors.takeLogged()).toContain('disk full');
    expect(alice.events(alice.command('n1'))).toEqual(['routed']);
  });
});

describe('GET /api/controller/clients', () => {
  it('lists the clients that are not removed, or the one that is asked for, and no secret', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [], bob: [], carol: [] } } });
    await doors.post('/api/controller/remove', { clientId: 'carol' }, asOperator);
    const idsOf = async (query: string) => {
      const { body } = await doors.get(`/api/controller/clients${query}`, asOperator);
      return (body?.['clients'] as { clientId: string }[]).map(({ clientId }) => clientId);
    };

    const { text } = await doors.get('/api/controller/clients', asOperator);

    expect(await idsOf('')).toEqual(['alice', 'bob']);
    expect(await idsOf('?client=%20BOB')).toEqual(['bob']);
    expect(await idsOf('?client=carol')).toEqual([]);
    expect(text).not.toMatch(/secret|hash/);
  });
});

/** Doors whose relay is also reached in memory, at once and in order. */
async function opened(grants: Record<string, string[]>, config = {}) {
  const doors = await openDoors({ relay: { grants, config } });
  return {
    world: doors.world,
    get: doors.get.bind(doors),
    post: doors.post.bind(doors),
    clientToken: doors.clientToken.bind(doors),
    takeLogged: doors.takeLogged.bind(doors),
  };
}

/** A node that its owner has paired. */
async function paired(doors: Doors, nodeId: string, headers: Record<string, string> = {}) {
  const request = await doors.post('/api/pairing/request', { nodeId }, { headers });
  const approved = await doors.post('/api/pairing/approve', { code: request.body?.['code'] }, asOperator);
  const { body } = await doors.get(`/api/pairing/status?challengeId=${String(request.body?.['challengeId'])}`);
  return {
    token: String(body?.['nodeAccessToken']),
    refreshToken: String(body?.['nodeRefreshToken']),
    controllerToken: String(approved.body?.['controllerAccessToken']),
  };
}

async function joined(doors: Doors, role: 'controller' | 'node', token: string, nodeId?: string): Promise<TestSocket> {
  const socket = await doors.connect(`/?role=${role}`);
  await socket.join(role, token, nodeId === undefined ? {} : { nodeId });
  return socket;
}

/** A command by the clock of the relay, which stands still. */
function command(doors: Doors, socket: TestSocket, targetNodeId: string, requestId: string): void {
  const payload = { targetNodeId, action: 'primitive.dom.extract_text', replayNonce: `nonce of ${requestId}` };
  socket.send('command', payload, { requestId, timestamp: doors.world.clock.isoNow() });
}
