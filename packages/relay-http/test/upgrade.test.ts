import { describe, expect, it } from 'vitest';
import { openDoors } from './doors.js';

const EXTENSION = 'chrome-extension://abcdefghijklmnop';
const OTHER_EXTENSION = 'chrome-extension://ponmlkjihgfedcba';
const WEB = 'https://console.example';
const EVIL = 'https://evil.example';
const pinned = { extensionOrigins: [EXTENSION], controllerOrigins: [WEB] };

describe('who may open a WebSocket', () => {
  it.each([
    ['/?role=node', undefined, {}],
    ['/?role=node', EXTENSION, {}],
    ['/?role=node', OTHER_EXTENSION, {}],
    ['/?role=node', EXTENSION, pinned],
    ['/?role=controller', undefined, {}],
    ['/?role=controller', WEB, pinned],
    ['/', undefined, {}],
    ['/?role=node&x=1', EXTENSION, {}],
    ['/?%72ole=n%6Fde', EXTENSION, {}],
    ['/ws/deep/path?role=node', EXTENSION, {}],
    ['/healthz?role=node', EXTENSION, {}],
    ['/api/status?role=controller', undefined, {}],
    ['/api/pairing/request', undefined, {}],
    ['/%ZZ?role=controller', undefined, {}],
  ])('%s from %s may', async (path, origin, policy) => {
    const doors = await openDoors({ policy });

    const socket = await doors.connect(path, { headers: origin === undefined ? {} : { origin } });

    expect(socket.refusal).toBeUndefined();
    expect(socket.isOpen).toBe(true);
  });

  it.each([
    ['/?role=node', EVIL, {}],
    ['/?role=node', 'null', {}],
    ['/?role=node', OTHER_EXTENSION, pinned],
    ['/?role=node', WEB, pinned],
    ['/?role=controller', EXTENSION, {}],
    ['/?role=controller', EXTENSION, pinned],
    ['/?role=controller', 'null', {}],
    ['/?role=controller', EVIL, pinned],
    ['/', EXTENSION, {}],
    ['/', EVIL, {}],
    ['/role=node', EXTENSION, {}],
    ['/?x=role=node', EXTENSION, {}],
    ['/?ROLE=node', EXTENSION, {}],
    ['/?role[]=node', EXTENSION, {}],
    ['/?notrole=node', EXTENSION, {}],
    ['/healthz?role=node', EVIL, {}],
  ])('%s from %s is refused and logged', async (path, origin, policy) => {
    const doors = await openDoors({ policy });

    const socket = await doors.connect(path, { headers: { origin } });

    expect(socket.refusal).toMatchObject({
      status: 403,
      body: { error: 'forbidden_origin', code: 'forbidden_origin' },
    });
    expect(socket.refusal?.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(socket.refusal?.headers).not.toHaveProperty('access-control-allow-origin');
    expect(doors.world.log.ofType('ws_upgrade_rejected')).toMatchObject([
      { level: 'warn', source: 'relay', status: 'forbidden_origin', data: { origin, remoteAddress: '127.0.0.1' } },
    ]);
    expect(doors.world.relay.tables().connections).toBe(0);
  });

  it.each(['evil.example', 'localhost.evil.example:8787', '127.0.0.1.nip.io'])(
    'whoever calls this relay %s is refused',
    async (host) => {
      const doors = await openDoors();

      const socket = await doors.connect('/?role=controller', { headers: { host } });

      expect(socket.refusal).toMatchObject({ status: 403, body: { code: 'forbidden_host' } });
      expect(socket.refusal?.body['hint']).toContain('OTTO_ALLOWED_HOSTS');
      expect(doors.world.log.ofType('ws_upgrade_rejected')).toMatchObject([
        { status: 'forbidden_host', data: { host } },
      ]);
    },
  );

  it('upgrades that are refused leave sixty entries a minute, and one that sums up the others', async () => {
    const doors = await openDoors();

    for (let attempt = 0; attempt < 63; attempt += 1) await doors.connect('/', { headers: { origin: EVIL } });

    expect(doors.world.log.ofType('ws_upgrade_rejected')).toHaveLength(60);
    doors.world.pass(60_000);
    expect(doors.world.log.ofType('refusals_left_out')).toMatchObject([
      { data: { type: 'ws_upgrade_rejected', count: 3 } },
    ]);
  });

  it.each(['?role=admin', '?role=', '?role=NODE', '?role=node&role=controller', '?role=node&role=node', '?role=relay'])(
    'a query of %s names no role and is refused',
    async (query) => {
      const doors = await openDoors();

      const socket = await doors.connect(`/${query}`);

      expect(socket.refusal).toMatchObject({ status: 403, body: { code: 'forbidden_role' } });
    },
  );

  it('only GET opens a WebSocket, and a body is not waited for', async () => {
    const doors = await openDoors();
    const headers = { 'content-length': '10', 'content-type': 'application/json' };

    const socket = await doors.connect('/?role=node', {
      headers,
      finishRequest: (request) => {
        request.method = 'POST';
        request.end();
      },
    });

    expect(socket.refusal).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('an open WebSocket', () => {
  it('does not compress, also when the client offers it', async () => {
    const doors = await openDoors();

    const socket = await doors.connect('/?role=controller', { perMessageDeflate: true });

    expect(socket.isOpen).toBe(true);
    expect(socket.ws.extensions).toBe('');
  });
});

describe('the role of the address', () => {
  it.each([
    ['node', 'controller'],
    ['controller', 'node'],
  ] as const)('%s is final: hello as %s is role_mismatch', async (named, said) => {
    const doors = await openDoors();
    const socket = await doors.connect(`/?role=${named}`);

    socket.send('hello', { role: said, nodeId: 'n1' }, { senderRole: said });

    expect((await socket.frame('error')).payload).toMatchObject({ code: 'role_mismatch' });
  });

  it('a token of the other role does not help', async () => {
    const doors = await openDoors();
    const socket = await doors.connect('/?role=node');

    socket.send('hello', { role: 'node', nodeId: 'n1' }, { senderRole: 'node' });
    socket.send('auth', { accessToken: await doors.clientToken('alice') }, { senderRole: 'node' });

    expect((await socket.frame('error')).payload).toMatchObject({ category: 'auth' });
    expect(socket.received.map(({ messageType }) => messageType)).not.toContain('auth_ack');
  });
});

describe('how many may be open', () => {
  it('one more than the relay allows is refused with 503', async () => {
    const doors = await openDoors({ policy: { maxSockets: 2 } });
    const first = await doors.connect('/');
    await doors.connect('/');

    const third = await doors.connect('/');
    expect(third.refusal).toMatchObject({ status: 503, body: { code: 'too_many_sockets', retryable: true } });

    first.ws.close();
    await first.closeCode();
    expect((await doors.connect('/')).isOpen).toBe(true);
  });

  it('the oldest unauthenticated one gives way with 1008, and an authenticated one never', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } }, policy: { maxUnauthenticatedSockets: 2 } });
    const alice = await doors.connect('/?role=controller');
    await alice.join('controller', await doors.clientToken('alice'));

    const strangers = [await doors.connect('/'), await doors.connect('/'), await doors.connect('/')];

    expect(await strangers[0]?.closeCode()).toBe(1008);
    expect(strangers.slice(1).map(({ isOpen }) => isOpen)).toEqual([true, true]);
    expect(alice.isOpen).toBe(true);
  });
});

describe('a relay that stops', () => {
  it('closes its sockets with 1001 and opens no more', async () => {
    let status: 'ready' | 'stopping' = 'ready';
    const doors = await openDoors({ readiness: () => ({ status }) });
    const socket = await doors.connect('/?role=controller');

    status = 'stopping';
    const late = await doors.connect('/?role=controller');
    doors.world.relay.stop();

    expect(late.refusal).toMatchObject({ status: 503, body: { code: 'relay_shutting_down' } });
    expect(await socket.closeCode()).toBe(1001);
  });

  it('closes them also when only its server is closed', async () => {
    const doors = await openDoors();
    const socket = await doors.connect('/?role=controller');

    await doors.app.close();

    expect(await socket.closeCode()).toBe(1001);
    await doors.idle();
  });
});
