import { describe, expect, it } from 'vitest';
import { attackWorld, type AttackWorld, type Peers } from '../support/attack-world.js';

/** How soon a right that ends must have reached its live sessions. */
const REVOCATION_MS_MAX = 1_000;

describe('least privilege', () => {
  it('a new client reaches no node, sees none, and holds the default scopes alone', async () => {
    const world = await attackWorld();
    await world.pairOfPeers();
    const { accessToken } = await world.login();
    const stranger = await world.join('controller', accessToken);

    expect(await stranger.verdict(stranger.command('n1'))).toBe('acl_missing_node_grant');
    expect(await stranger.verdict(stranger.command('n1', { action: 'primitive.tab.close_owned' }))).toBe(
      'forbidden_action',
    );
    expect(await stranger.verdict(stranger.command('n1', { action: 'relay.command_status' }))).toBe('forbidden_action');
    expect((await world.get('/api/nodes/connected', accessToken)).body).toEqual({ nodes: [] });
    expect((await world.get('/api/status', accessToken)).body['code']).toBe('forbidden_role');
    expect((await world.post('/api/controller/remove-all', {}, accessToken)).body['code']).toBe('forbidden_scope');
  });

  it('a client cannot grant itself, nor a node grant for another node', async () => {
    const world = await attackWorld();
    const { node, nodeSocket } = await world.pairOfPeers();
    const other = await world.pair('n2');
    const { clientId, accessToken } = await world.login();
    const body = { clientId, grant: true, nodeId: 'n1' };

    expect((await world.post('/api/controller/access', body, accessToken)).body['code']).toBe('forbidden_role');
    expect((await world.post('/api/controller/access', body, world.operatorToken)).body['code']).toBe('forbidden_role');
    await world.post('/api/controller/access', body, other.accessToken);

    const stranger = await world.join('controller', accessToken);
    expect(await stranger.verdict(stranger.command('n1'))).toBe('acl_missing_node_grant');
    expect(nodeSocket.received.filter(({ messageType }) => messageType === 'command')).toEqual([]);
    expect((await world.get('/api/controller/access', node.accessToken)).status).toBe(200);
  });

  it('one controller can neither see, nor cancel, nor answer for another', async () => {
    const world = await attackWorld();
    const { node, login, controller, nodeSocket } = await world.silentPeers();
    const thief = await world.login();
    await world.grant(node, thief.clientId);
    const stranger = await world.join('controller', thief.accessToken);
    const requestId = controller.command('n1');
    await nodeSocket.until(() => nodeSocket.received.some((frame) => frame.requestId === requestId));

    const cancel = stranger.send('command_cancel', { targetRequestId: requestId });
    stranger.send('result', { ok: true, durationMs: 1, action: 'x', data: 'forged' }, { requestId });

    expect(await stranger.verdict(cancel)).toBe('command_owner_mismatch');
    expect(
      (await world.post('/api/controller/remove', { clientId: login.clientId }, thief.accessToken)).body['code'],
    ).toBe('forbidden_scope');
    const { body } = await world.get(`/api/logs?requestId=${requestId}`, thief.accessToken);
    expect(body['logs'] ?? []).toEqual([]);
    await stranger.reply(stranger.send('ping', {}));
    const done = { ok: true, durationMs: 1, action: 'primitive.tab.query', data: 'true', commandOutcome: 'completed' };
    nodeSocket.send('result', done, { requestId });
    expect((await controller.reply(requestId)).payload).toMatchObject({ data: 'true' });
    expect(stranger.received.filter((frame) => frame.payload['data'] !== undefined)).toEqual([]);
  });

  it('one node cannot answer for another', async () => {
    const world = await attackWorld();
    const { controller, nodeSocket } = await world.silentPeers();
    const imposter = await world.join('node', (await world.pair('n2')).accessToken, { nodeId: 'n2' });
    const requestId = controller.command('n1');
    await nodeSocket.until(() => nodeSocket.received.some((frame) => frame.requestId === requestId));

    const forged = { ok: true, durationMs: 1, action: 'primitive.tab.query', data: 'forged' };
    imposter.send('result', forged, { requestId });
    await imposter.reply(imposter.send('ping', {}));
    nodeSocket.send('result', { ...forged, data: 'true' }, { requestId });

    expect((await controller.reply(requestId)).payload).toMatchObject({ data: 'true' });
  });

  it('a command that was recorded cannot be played again, on this socket or another', async () => {
    const world = await attackWorld();
    const { login, controller } = await world.pairOfPeers();
    const replayNonce = 'recorded';
    expect(await controller.verdict(controller.command('n1', { replayNonce }))).toBe('result');
    const second = await world.join('controller', login.accessToken);
    const old = new Date(Date.now() - 3_600_000).toISOString();
    const payload = { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: 'fresh' };

    expect(await controller.verdict(controller.command('n1', { replayNonce }))).toBe('replay_rejected');
    expect(await second.verdict(second.command('n1', { replayNonce }))).toBe('replay_rejected');
    expect(await second.verdict(second.send('command', payload, { timestamp: old }))).toBe('timestamp_out_of_window');
  });
});

describe('a right that ends reaches live sessions within a second', () => {
  it.each<[string, (world: AttackWorld, peers: Peers) => Promise<unknown>]>([
    ['its client is removed', (world, { login }) => world.asOperator('/api/controller/remove', login)],
    ['all clients are removed', (world) => world.asOperator('/api/controller/remove-all', {})],
    ['its refresh family is revoked', (world, { login }) => world.post('/api/auth/revoke', login)],
  ])('%s: it is told, closed, and what waited has failed', async (_, revoke) => {
    const world = await attackWorld();
    const peers = await world.silentPeers();
    const { controller } = peers;
    const [running, waiting] = await occupyTab(peers);

    const since = performance.now();
    await revoke(world, peers);
    expect(await controller.closeCode()).toBe(4403);

    expect(performance.now() - since).toBeLessThan(REVOCATION_MS_MAX);
    for (const requestId of [running, waiting]) {
      const ends = controller.received.filter(
        (frame) => frame.requestId === requestId && frame.messageType === 'error',
      );
      expect(ends.map(({ payload }) => payload['code'])).toEqual(['controller_revoked']);
    }
    expect(await verdictOfJoin(world, peers)).toBe('invalid_access_token');
  });

  it.each<[string, (world: AttackWorld, peers: Peers) => Promise<unknown>]>([
    ['its grant is withdrawn', (world, { node, login }) => world.grant(node, login.clientId, false)],
    ['its grant expires', (world, { node, login }) => world.grant(node, login.clientId, true, Date.now() + 200)],
  ])('%s: what ran and waited there has failed, and nothing more passes', async (_, end) => {
    const world = await attackWorld();
    const peers = await world.silentPeers();
    const { controller, nodeSocket } = peers;
    const requestIds = await occupyTab(peers);

    const since = performance.now();
    await end(world, peers);
    for (const requestId of requestIds) expect(await controller.verdict(requestId)).toBe('acl_missing_node_grant');

    expect(performance.now() - since).toBeLessThan(200 + REVOCATION_MS_MAX);
    expect(await controller.verdict(controller.command('n1'))).toBe('acl_missing_node_grant');
    await nodeSocket.until(() => nodeSocket.received.some(({ messageType }) => messageType === 'command_cancel'));
    expect(nodeSocket.received.some((frame) => frame.requestId === requestIds[1])).toBe(false);
  });

  it('a node whose tokens are revoked is closed, and its commands fail', async () => {
    const world = await attackWorld();
    const peers = await world.silentPeers();
    const [running] = await occupyTab(peers);

    await world.post('/api/auth/revoke', peers.node);

    expect(await peers.nodeSocket.closeCode()).toBe(4403);
    expect(await peers.controller.verdict(running)).toBe('node_disconnected');
  });
});

/** One command runs at the node, another one waits for the same tab. */
async function occupyTab({ controller, nodeSocket }: Peers): Promise<[string, string]> {
  const fields = { tabSessionId: 't1', waitPolicy: 'wait_with_timeout', action: 'primitive.dom.extract_text' };
  const running = controller.command('n1', fields);
  const waiting = controller.command('n1', fields);
  await nodeSocket.until(() => nodeSocket.received.some((frame) => frame.requestId === running));
  await controller.until(() => controller.received.some((frame) => frame.requestId === waiting));
  return [running, waiting];
}

/** What the old access token is good for. */
async function verdictOfJoin(world: AttackWorld, { login }: Peers): Promise<unknown> {
  const socket = await world.socket('controller');
  const { messageType, payload } = await socket.join(login.accessToken);
  return messageType === 'error' ? payload['code'] : messageType;
}
