import { describe, expect, it } from 'vitest';
import { settled, testRelay } from '../../src/testing/index.js';

const HERE = { address: '127.0.0.1', isLoopback: true } as const;
const controllerClaims = { role: 'controller', clientId: 'alice', controllerId: 'ctl_a', scopes: [] } as const;

describe('handshake', () => {
  it('a controller that says hello and shows a token is acknowledged with its ids and scopes', async () => {
    const world = await testRelay({ grants: { alice: [] }, scopes: ['primitive.tab.*'] });
    const client = world.connect('controller');

    const hello = client.send('hello', { role: 'controller' });
    const auth = client.send('auth', { accessToken: await world.token(controllerClaims) });
    await settled();

    expect(client.received.map((frame) => [frame.messageType, frame.requestId])).toEqual([
      ['hello_ack', hello],
      ['auth_ack', auth],
    ]);
    expect(client.received[0]?.payload).toMatchObject({ accepted: true, heartbeatIntervalMs: 8_000 });
    expect(client.received[0]?.payload['relayTime']).toBe(world.clock.isoNow());
    expect(client.received[1]?.payload).toMatchObject({
      accepted: true,
      role: 'controller',
      controllerId: 'ctl_a',
      scopes: ['primitive.tab.*'],
    });
  });

  it('text that is no frame is answered in its place, also behind a second auth', async () => {
    const world = await testRelay();
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' });
    client.send('auth', {});
    client.send('auth', {});
    client.sendText('nonsense');
    await settled();
    expect(client.ofType('error').map((frame) => frame.payload['code'])).toEqual([
      'missing_access_token',
      'missing_access_token',
      'invalid_json',
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'a client that is removed while its token is verified gets no session: %s turns in',
    async (turns) => {
      const world = await testRelay({ grants: { alice: [] } });
      const client = world.connect('controller');
      client.send('hello', { role: 'controller' });
      client.send('auth', { accessToken: await world.token(controllerClaims) });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await world.relay.access.clients.remove({ kind: 'operator' }, 'alice');
      await settled();
      expect(world.relay.tables().sessions).toBe(0);
    },
  );

  it('anything before hello is answered with not_initialized', async () => {
    const world = await testRelay();
    const client = world.connect('controller');

    for (const messageType of ['auth', 'ping', 'command', 'event']) {
      client.send(messageType, {});
      expect(client.lastError).toMatchObject({ code: 'not_initialized' });
    }
  });

  it('after hello only ping, pong and auth are heard until the token is accepted', async () => {
    const world = await testRelay();
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' });

    const ping = client.send('ping', {});
    expect(client.lastFrame).toMatchObject({ messageType: 'pong', requestId: ping, payload: { ok: true } });
    client.send('command', { targetNodeId: 'n1', action: 'a', replayNonce: 'x' });
    expect(client.lastError).toMatchObject({ code: 'unauthenticated', retryable: false });
    client.send('hello', { role: 'controller' });
    expect(client.lastError).toMatchObject({ code: 'already_initialized' });
  });

  it('commands sent in one burst behind auth wait for the verdict and are then handled in order', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const client = world.connect('controller');
    const accessToken = await world.token(controllerClaims);

    client.send('hello', { role: 'controller' });
    client.send('auth', { accessToken });
    for (const nonce of ['a', 'b', 'c']) {
      client.send('command', { targetNodeId: 'n1', action: 'primitive.tab.query', replayNonce: nonce });
    }
    expect(node.commands).toEqual([]);
    await settled();

    expect(node.commands.map((frame) => frame.payload['replayNonce'])).toEqual(['a', 'b', 'c']);
  });

  it('more than 64 frames behind an unverified auth are refused, and the first 64 are not lost', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const client = world.connect('controller');
    const accessToken = await world.token(controllerClaims);

    client.send('hello', { role: 'controller' });
    client.send('auth', { accessToken });
    for (let count = 0; count < 65; count += 1) client.send('ping', {});
    await settled();

    expect(client.ofType('pong')).toHaveLength(64);
    expect(client.ofType('error')).toHaveLength(1);
    expect(client.lastError).toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    ['no token', {}, 'missing_access_token'],
    ['a token of no use', { accessToken: 'nonsense' }, 'invalid_access_token'],
  ])('auth with %s is refused and may be tried again', async (_name, payload, code) => {
    const world = await testRelay({ grants: { alice: [] } });
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' });

    client.send('auth', payload);
    await settled();
    expect(client.lastError).toMatchObject({ code });
    expect(client.connection.isAuthenticated).toBe(false);
    expect(world.log.ofType('auth_rejected')).toHaveLength(1);

    client.send('auth', { accessToken: await world.token(controllerClaims) });
    await settled();
    expect(client.connection.isAuthenticated).toBe(true);
  });

  it('a token of the other role, of another node or of no node does not pass', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    const client = world.connect('node');
    client.send('hello', { role: 'node', nodeId: 'n1' });

    client.send('auth', { accessToken: await world.token(controllerClaims) });
    await settled();
    expect(client.lastError).toMatchObject({ code: 'role_mismatch' });
    client.send('auth', { accessToken: await world.token({ role: 'node', nodeId: 'n2', scopes: [] }) });
    await settled();
    expect(client.lastError).toMatchObject({ code: 'node_mismatch' });
    client.send('auth', { accessToken: await world.token({ role: 'node', scopes: [] }) });
    await settled();
    expect(client.lastError).toMatchObject({ code: 'invalid_access_token' });
  });

  it('the role of the upgrade is final: another in hello or in a frame is role_mismatch', async () => {
    const world = await testRelay();
    const asController = world.connect('controller');
    asController.send('hello', { role: 'node', nodeId: 'n1' });
    expect(asController.lastError).toMatchObject({ code: 'role_mismatch' });
    asController.send('hello', { role: 'controller' }, { senderRole: 'node' });
    expect(asController.lastError).toMatchObject({ code: 'role_mismatch' });
  });

  it('a hello of the wrong shape is invalid_hello and says what is wrong', async () => {
    const world = await testRelay();
    const client = world.connect('node');
    client.send('hello', { role: 'node', nodeId: 'not a node id' });
    expect(client.lastError).toMatchObject({ code: 'invalid_hello' });
    expect(client.lastError?.['message']).toContain('nodeId');
  });

  it('an unauthenticated hello with the id of a node neither replaces nor hides the real one', async () => {
    const world = await testRelay({ grants: { alice: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const impostor = world.connect('node');

    impostor.send('hello', { role: 'node', nodeId: 'n1' });
    const id = alice.command('n1');

    expect(node.peer.closedWith).toBeUndefined();
    expect(node.commandIds).toEqual([id]);
    expect(impostor.ofType('command')).toEqual([]);
  });

  it('who does not authenticate in time is closed with 4401', async () => {
    const world = await testRelay();
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' });

    world.clock.advance(14_999);
    expect(client.peer.closedWith).toBeUndefined();
    world.clock.advance(1);
    expect(client.peer.closedWith).toEqual({ code: 4401, reason: 'not_authenticated_in_time' });
    expect(world.clock.armedCount).toBe(0);
  });

  it('twenty malformed frames before authentication close the socket; each is answered', async () => {
    const world = await testRelay();
    const client = world.connect('controller');

    for (let count = 0; count < 19; count += 1) client.sendText('{');
    expect(client.peer.closedWith).toBeUndefined();
    client.sendText('[]');

    expect(client.ofType('error')).toHaveLength(20);
    expect(client.received[0]).toMatchObject({ requestId: 'unknown', payload: { code: 'invalid_json' } });
    expect(client.received[19]).toMatchObject({ requestId: 'unknown', payload: { code: 'invalid_envelope' } });
    expect(client.peer.closedWith?.code).toBe(1008);
  });

  it('another major version of the protocol is refused and closes the socket with 1002', async () => {
    const world = await testRelay();
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' }, { protocolVersion: '2.0' });
    expect(client.lastError).toMatchObject({ code: 'unsupported_protocol_version' });
    expect(client.peer.closedWith?.code).toBe(1002);
  });

  it('JSON nested deeper than 64 levels is invalid_envelope before authentication', async () => {
    const world = await testRelay();
    const client = world.connect('controller');
    let deep: unknown = 1;
    for (let depth = 0; depth < 70; depth += 1) deep = [deep];
    client.send('hello', { role: 'controller', deep });
    expect(client.lastError).toMatchObject({ code: 'invalid_envelope' });
  });

  it('a second auth must carry the same identity, and is refused and logged as an auth otherwise', async () => {
    const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] } });
    const alice = await world.controller('alice');
    const node = await world.node('n1');

    const bobs = await world.token({ role: 'controller', clientId: 'bob', scopes: [] });
    const id = alice.send('auth', { accessToken: bobs });
    await settled();
    expect(alice.lastError).toMatchObject({ code: 'role_mismatch' });
    node.send('auth', { accessToken: await world.token({ role: 'node', nodeId: 'n2', scopes: [] }) });
    await settled();
    expect(node.lastError).toMatchObject({ code: 'node_mismatch' });

    expect(world.log.ofType('error')).toEqual([]);
    expect(world.log.ofType('auth_rejected')).toMatchObject([
      { requestId: id, clientId: 'alice', status: 'role_mismatch' },
      { nodeId: 'n1', status: 'node_mismatch' },
    ]);
    alice.send('auth', { accessToken: await world.token(controllerClaims) });
    await settled();
    expect(alice.lastFrame?.messageType).toBe('auth_ack');
  });

  it('a second auth brings its scopes at once: what they allow runs, what they do not is refused', async () => {
    const world = await testRelay();
    const claims = { role: 'controller', controllerId: 'ctl_1', nodeId: 'n1' } as const;
    await world.node('n1');
    const guest = world.connect('controller');
    const command = (action: string) =>
      guest.send('command', { targetNodeId: 'n1', action, replayNonce: `${action} ${guest.received.length}` });
    guest.send('hello', { role: 'controller' });
    guest.send('auth', { accessToken: await world.token({ ...claims, scopes: ['primitive.tab.*'] }) });
    await settled();
    const query = command('primitive.tab.query');
    expect(guest.events(query)).toEqual(['routed']);
    command('primitive.dom.extract_text');
    expect(guest.lastError).toMatchObject({ code: 'forbidden_action' });

    guest.send('auth', { accessToken: await world.token({ ...claims, scopes: ['primitive.dom.*'] }) });
    await settled();

    expect(guest.lastFrame).toMatchObject({ messageType: 'auth_ack', payload: { scopes: ['primitive.dom.*'] } });
    const text = command('primitive.dom.extract_text');
    expect(guest.events(text)).toEqual(['routed']);
    const again = command('primitive.tab.query');
    expect(guest.terminals(again)[0]?.payload).toMatchObject({
      code: 'forbidden_action',
      action: 'primitive.tab.query',
    });
  });

  it('a second auth ends the subscriptions for which it brings no scope', async () => {
    const world = await testRelay();
    const node = await world.node('n1');
    const guest = world.connect('controller');
    const auth = async (scopes: readonly string[]) => {
      const claims = { role: 'controller', controllerId: 'ctl_1', nodeId: 'n1', scopes: [...scopes] } as const;
      guest.send('auth', { accessToken: await world.token(claims) });
      await settled();
    };
    guest.send('hello', { role: 'controller' });
    await auth(['listener.*']);
    const payload = { targetNodeId: 'n1', action: 'listener.subscribe', payload: { listener: 'x' } };
    const id = guest.send('command', { ...payload, replayNonce: 'n' });
    node.answer(id);
    await auth(['listener.*', 'primitive.*']);
    expect(world.relay.tables().listeners).toBe(1);

    await auth(['primitive.*']);

    expect(guest.lastFrame).toMatchObject({
      requestId: id,
      payload: { type: 'listener_ended', reason: 'forbidden_action' },
    });
    expect(node.commands.at(-1)?.payload).toMatchObject({
      action: 'listener.unsubscribe',
      payload: { targetRequestId: id },
    });
  });

  it('of two auths at once on a session the second is told when to try again', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    const alice = await world.controller('alice');
    const accessToken = await world.token(controllerClaims);

    alice.send('auth', { accessToken });
    alice.send('auth', { accessToken });

    expect(alice.lastError).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      effect: 'none',
      retryAfterMs: 1_000,
    });
    expect(world.log.ofType('auth_rejected')).toMatchObject([{ status: 'rate_limited' }]);
    await settled();
    expect(alice.lastFrame?.messageType).toBe('auth_ack');
  });

  it('a ping without a payload is invalid_envelope, before authentication as after it', async () => {
    const world = await testRelay({ grants: { alice: [] } });
    const client = world.connect('controller');
    client.send('hello', { role: 'controller' });
    const alice = await world.controller('alice');

    for (const sender of [client, alice]) {
      for (const messageType of ['ping', 'pong']) {
        const id = sender.send(messageType, undefined);
        expect(sender.lastFrame).toMatchObject({ requestId: id, payload: { code: 'invalid_envelope' } });
      }
      expect(sender.ofType('pong')).toEqual([]);
    }
  });

  it('a refresh rotates tokens of the own identity only', async () => {
    const world = await testRelay({ grants: { alice: [], bob: [] } });
    const login = (clientId: string) =>
      world.relay.access.clients.token({ clientId, clientSecret: `secret-of-${clientId}` }, HERE);
    const [alices, bobs] = [await login('alice'), await login('bob')];
    const alice = await world.controller('alice');

    alice.send('refresh', { refreshToken: bobs.refreshToken });
    await settled();
    expect(alice.lastError).toMatchObject({ code: 'invalid_refresh_token' });
    const id = alice.send('refresh', { refreshToken: alices.refreshToken });
    await settled();
    expect(alice.lastFrame).toMatchObject({ messageType: 'refresh_ack', requestId: id });
    const bob = await world.controller('bob');
    bob.send('refresh', { refreshToken: bobs.refreshToken });
    await settled();
    expect(bob.lastFrame?.messageType).toBe('refresh_ack');
  });

  it('who connects after the relay was stopped is sent away with 1001, and leaves nothing', async () => {
    const world = await testRelay();
    world.relay.stop();

    const late = world.connect('controller');
    late.send('hello', { role: 'controller' });

    expect(late.peer.closedWith?.code).toBe(1001);
    expect(late.received).toEqual([]);
    expect(world.relay.tables().connections).toBe(0);
    expect(world.clock.armedCount).toBe(0);
  });

  it('malformed frames of an authenticated peer cost it an answer each and nobody else anything', async () => {
    const world = await testRelay({ grants: { alice: ['n1'], bob: ['n1'] } });
    const node = await world.node('n1');
    const alice = await world.controller('alice');
    const bob = await world.controller('bob');

    for (let count = 0; count < 50; count += 1) alice.sendText('no json');
    const id = bob.command('n1');
    node.answer(id);

    expect(alice.ofType('error')).toHaveLength(50);
    expect(alice.peer.closedWith).toBeUndefined();
    expect(bob.terminals(id)).toHaveLength(1);
    expect(world.bugs).toEqual([]);
  });
});
