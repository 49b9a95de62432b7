import { describe, expect, it } from 'vitest';
import { OPERATOR, openDoors, type Doors } from './doors.js';

async function asked(doors: Doors, nodeId: string) {
  const { body } = await doors.post('/api/pairing/request', { nodeId });
  return { code: String(body?.['code']), challengeId: String(body?.['challengeId']) };
}

describe('pairing, from the request to the first connection', () => {
  it('a node gets a code, its owner approves it, the node gets tokens that work', async () => {
    const doors = await openDoors();

    const request = await doors.post('/api/pairing/request', { nodeId: 'node_abcdef' });
    expect(request).toMatchObject({
      status: 200,
      body: { nodeId: 'node_abcdef', status: 'pending', code: expect.stringMatching(/^\d{3}-\d{3}$/) },
    });
    const challengeId = String(request.body?.['challengeId']);

    const approval = await doors.post('/api/pairing/approve', { code: request.body?.['code'] }, { token: OPERATOR });
    expect(approval).toMatchObject({
      status: 200,
      body: { nodeId: 'node_abcdef', status: 'approved', challengeId, controllerAccessToken: expect.any(String) },
    });

    const status = await doors.get(`/api/pairing/status?challengeId=${challengeId}`);
    expect(status).toMatchObject({ status: 200, body: { status: 'approved', nodeAccessToken: expect.any(String) } });

    const node = await doors.connect('/?role=node');
    await node.join('node', String(status.body?.['nodeAccessToken']), { nodeId: 'node_abcdef' });
    const after = await doors.get(`/api/pairing/status?challengeId=${challengeId}`);
    expect(after.body).not.toHaveProperty('nodeAccessToken');
  });

  it('a code may be given without its dash, once', async () => {
    const doors = await openDoors();
    const { code } = await asked(doors, 'n1');

    const first = await doors.post('/api/pairing/approve', { code: code.replace('-', '') }, { token: OPERATOR });
    const second = await doors.post('/api/pairing/approve', { code }, { token: OPERATOR });

    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 409, body: { code: 'pairing_not_pending' } });
  });

  it('an extension gets its pending challenge again, and another caller its own', async () => {
    const doors = await openDoors();
    const ask = (headers: Record<string, string>, from: string) =>
      doors.post('/api/pairing/request', { nodeId: 'n1' }, { headers, from });
    const extension = { origin: 'chrome-extension://abc' };

    const first = await ask(extension, '127.0.0.1');
    const again = await ask(extension, '127.0.0.1');
    const elsewhere = await ask(extension, '10.0.0.7');
    const script = await ask({}, '127.0.0.1');

    expect(again.body).toEqual(first.body);
    expect(elsewhere.body?.['challengeId']).not.toBe(first.body?.['challengeId']);
    expect(script.body?.['challengeId']).not.toBe(first.body?.['challengeId']);
  });
});

describe('the pending pairings', () => {
  it('are shown to each as far as they concern it, and never with their challengeId', async () => {
    const doors = await openDoors();
    const { code, challengeId } = await asked(doors, 'node_abcdef');

    const stranger = await doors.get('/api/pairing/pending');
    const node = await doors.get('/api/pairing/pending', { token: await doors.nodeToken('node_abcdef') });
    const operator = await doors.get('/api/pairing/pending', { token: OPERATOR });

    expect(stranger.body?.['pending']).toMatchObject([{ code, nodeId: 'node_ab…', status: 'pending' }]);
    expect(node.body?.['pending']).toMatchObject([{ nodeId: 'node_abcdef' }]);
    expect(operator.body?.['pending']).toMatchObject([
      { nodeId: 'node_abcdef', requestedFrom: '127.0.0.1', alreadyPaired: false },
    ]);
    for (const { text } of [stranger, node, operator]) expect(text).not.toContain(challengeId);
  });

  it('are answered to a bad token as to none, since they are for anyone', async () => {
    const doors = await openDoors();
    await asked(doors, 'node_abcdef');

    const answer = await doors.get('/api/pairing/pending', { token: 'stale' });

    expect(answer).toMatchObject({ status: 200, body: { pending: [{ nodeId: 'node_ab…' }] } });
  });
});

describe('what pairing refuses', () => {
  it.each([
    [{}, 400, 'nodeId_required'],
    [{ nodeId: 7 }, 400, 'nodeId_required'],
    [{ nodeId: '' }, 400, 'nodeId_required'],
    [{ nodeId: 'a b' }, 400, 'invalid_nodeId'],
    [{ nodeId: 'x'.repeat(129) }, 400, 'invalid_nodeId'],
  ])('a request of %o', async (body, status, code) => {
    const doors = await openDoors();

    expect(await doors.post('/api/pairing/request', body)).toMatchObject({ status, body: { code } });
  });

  it('a sixth pending request for one node', async () => {
    const doors = await openDoors();
    for (let count = 0; count < 5; count += 1) await asked(doors, 'n1');

    const answer = await doors.post('/api/pairing/request', { nodeId: 'n1' });

    expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_pairings' } });
  });

  it.each([
    ['/api/pairing/status', 400, 'challengeId_required'],
    ['/api/pairing/status?challengeId=', 400, 'challengeId_required'],
    ['/api/pairing/status?challengeId=a&challengeId=b', 400, 'challengeId_required'],
    ['/api/pairing/status?challengeId=unknown', 404, 'challenge_not_found'],
  ])('the status of %s', async (url, status, code) => {
    const doors = await openDoors();

    expect(await doors.get(url)).toMatchObject({ status, body: { code } });
  });

  it('an approval without a right to it', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    const { code } = await asked(doors, 'n1');
    const approve = (token?: string) =>
      doors.post('/api/pairing/approve', { code }, token === undefined ? {} : { token });

    expect(await approve()).toMatchObject({ status: 401, body: { code: 'missing_access_token' } });
    expect(await approve('wrong')).toMatchObject({ status: 401, body: { code: 'invalid_access_token' } });
    expect(await approve(await doors.clientToken('alice'))).toMatchObject({
      status: 403,
      body: { code: 'forbidden_scope' },
    });
    expect((await doors.get('/api/pairing/pending')).body?.['pending']).toHaveLength(1);
  });

  it('an approval of a paired node by another one', async () => {
    const doors = await openDoors();
    const first = await asked(doors, 'n1');
    await doors.post('/api/pairing/approve', { code: first.code }, { token: OPERATOR });
    const { code } = await asked(doors, 'n1');

    const answer = await doors.post('/api/pairing/approve', { code }, { token: await doors.nodeToken('n2') });

    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden_scope' } });
  });

  it('guesses: no code, wrong codes, and too many of them', async () => {
    const doors = await openDoors();
    const guess = (body: object) => doors.post('/api/pairing/approve', body, { token: OPERATOR });

    expect(await guess({})).toMatchObject({ status: 400, body: { code: 'code_required' } });
    for (let count = 0; count < 5; count += 1) {
      expect(await guess({ code: '999-999' })).toMatchObject({ status: 404, body: { code: 'pairing_not_found' } });
    }
    expect(await guess({ code: '999-999' })).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
  });
});
