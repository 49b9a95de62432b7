import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attackWorld, type AttackWorld } from '../support/attack-world.js';
import { OPCODES, RawConnection, frame, upgradeText, type FrameOptions } from '../support/raw-connection.js';

const KIB = 1024;

describe('before authentication', () => {
  it('a frame of more than 64 KiB closes the socket with 1009, on the word of its header alone', async () => {
    const world = await attackWorld();

    expect(await codeAfter(world, frame('x'.repeat(64 * KIB + 1)))).toBe(1009);
    expect(await codeAfter(world, frame('', { claimedLength: 64 * KIB + 1 }))).toBe(1009);
    expect(await codeAfter(world, frame('', { claimedLength: 2 ** 40 }))).toBe(1009);
    const pieces = [frame('x'.repeat(40 * KIB), { isFinal: false }), piece('x'.repeat(40 * KIB))];
    expect(await codeAfter(world, Buffer.concat(pieces))).toBe(1009);
  });

  it('256 KiB in all are the end, whether they are frames, pieces of one, pings, or nothing at all', async () => {
    const world = await attackWorld();
    const floods: [string, Buffer][] = [
      ['frames', frame('x'.repeat(60 * KIB))],
      ['empty pieces', piece('')],
      ['pings', frame('x'.repeat(125), { opcode: OPCODES.ping })],
      ['zeros in a frame that never ends', Buffer.alloc(4 * KIB)],
    ];

    for (const [name, chunk] of floods) {
      const { connection } = await world.askUpgrade('/?role=controller');
      if (name !== 'frames' && name !== 'pings') connection.send(frame('', { isFinal: false }));
      if (name.startsWith('zeros'))
        connection.send(frame('', { claimedLength: 64 * KIB, opcode: OPCODES.continuation }));
      let sent = 0;
      while (!connection.isClosed && sent < 600 * KIB) {
        connection.send(chunk);
        sent += chunk.byteLength;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await connection.closed();
      expect([name, sent < 600 * KIB]).toEqual([name, true]);
    }
  });

  it('what comes in one packet with the upgrade is measured like the rest', async () => {
    const world = await attackWorld();
    const connection = await RawConnection.open(world.port);

    connection.send(
      Buffer.concat([Buffer.from(upgradeText('/?role=controller')), frame('', { claimedLength: 64 * KIB + 1 })]),
    );

    expect(await connection.closeCode()).toBe(1009);
  });

  it('a frame of 64 KiB is heard, and binary frames, unmasked ones and unknown opcodes are not', async () => {
    const world = await attackWorld();

    const { connection } = await world.askUpgrade('/?role=controller');
    connection.send(frame('x'.repeat(64 * KIB)));
    await connection.until(() => connection.frames().length > 0);
    expect(connection.frames()[0]?.payload.toString()).toContain('invalid_json');

    expect(await codeAfter(world, frame('{}', { opcode: OPCODES.binary }))).toBe(1003);
    expect(await codeAfter(world, Buffer.from([0x81, 0x02, 0x7b, 0x7d]))).toBe(1002);
    expect(await codeAfter(world, frame('', { opcode: 3 }))).toBe(1002);
    expect(await codeAfter(world, frame(Buffer.from([0xff, 0xfe])))).toBe(1007);
    const compressed = Buffer.from(frame('{}'));
    compressed.writeUInt8(0xc1, 0);
    expect(await codeAfter(world, compressed)).toBe(1002);
  });

  it('nothing is compressed, however much the client asks for it', async () => {
    const world = await attackWorld();

    const { answer } = await world.askUpgrade('/?role=controller', {
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
    });

    expect([answer.status, answer.headers['sec-websocket-extensions']]).toEqual([101, undefined]);
  });

  it('JSON of 65 levels is invalid_envelope, and so deep that it could not be walked it is, too', async () => {
    const world = await attackWorld();
    const socket = await world.socket('controller');

    for (const depth of [65, 1_000, 30_000]) {
      const payload = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      const requestId = randomUUID();
      socket.ws.send(
        `{"protocolVersion":"1.0","messageType":"hello","requestId":"${requestId}","senderRole":"controller","payload":${payload}}`,
      );
      expect([depth, await socket.verdict(requestId)]).toEqual([depth, 'invalid_envelope']);
    }
  });

  it('twenty frames that are none are the end, and each got its answer', async () => {
    const world = await attackWorld();
    const socket = await world.socket('controller');

    for (let n = 0; n < 25; n += 1) socket.ws.send('{');

    expect(await socket.closeCode()).toBe(1008);
    expect(socket.received.map(({ requestId, payload }) => [requestId, payload['code']])).toEqual(
      Array.from({ length: 20 }, () => ['unknown', 'invalid_json']),
    );
  });

  it('whatever is said before auth is refused, and frames behind auth are held up to 64', async () => {
    const world = await attackWorld();
    const { accessToken } = await world.login();
    const socket = await world.socket('controller');
    expect(await socket.verdict(socket.command('n1'))).toBe('not_initialized');
    await socket.reply(socket.send('hello', { role: 'controller' }));
    expect(await socket.verdict(socket.command('n1'))).toBe('unauthenticated');

    const auth = socket.send('auth', { accessToken });
    const behind = Array.from({ length: 100 }, () => socket.send('ping', {}));
    const verdicts = await Promise.all(behind.map((requestId) => socket.verdict(requestId)));

    expect(await socket.verdict(auth)).toBe('auth_ack');
    expect(verdicts.filter((verdict) => verdict === 'unauthenticated').length).toBeLessThanOrEqual(36);
    expect(verdicts.filter((verdict) => verdict === 'pong').length).toBeGreaterThanOrEqual(64);
    expect(verdicts.every((verdict) => verdict === 'pong' || verdict === 'unauthenticated')).toBe(true);
  });

  it('nobody sees what a stranger says: the hello of a real node’s id neither replaces nor hides the node', async () => {
    const world = await attackWorld();
    const { controller, login } = await world.pairOfPeers();
    const stranger = await world.socket('node');

    await stranger.reply(stranger.send('hello', { role: 'node', nodeId: 'n1', instanceId: 'other' }));
    const ghost = await world.socket('node');
    await ghost.reply(ghost.send('hello', { role: 'node', nodeId: 'ghost' }));

    expect(await controller.verdict(controller.command('n1'))).toBe('result');
    expect(stranger.received.map(({ messageType }) => messageType)).toEqual(['hello_ack']);
    expect((await world.get('/api/nodes/connected', login.accessToken)).body).toEqual({ nodes: [{ nodeId: 'n1' }] });
    expect((await world.get('/api/nodes/connected', world.operatorToken)).body).toEqual({ nodes: [{ nodeId: 'n1' }] });
  });

  it('who does not authenticate in time is closed with 4401, however busy it is', async () => {
    const world = await attackWorld({ OTTO_AUTH_TIMEOUT_MS: '300' });
    const silent = await world.socket('controller');
    const busy = await world.socket('node');
    const chatter = setInterval(() => busy.send('ping', {}), 20);

    expect(await Promise.all([silent.closeCode(), busy.closeCode()])).toEqual([4401, 4401]);
    clearInterval(chatter);
  });
});

/** The close code that a socket gets which sends these bytes. */
async function codeAfter(world: AttackWorld, bytes: Buffer): Promise<number | undefined> {
  const { connection } = await world.askUpgrade('/?role=controller');
  connection.send(bytes);
  const code = await connection.closeCode();
  connection.socket.destroy();
  return code;
}

function piece(content: string): Buffer {
  const options: FrameOptions = { opcode: OPCODES.continuation, isFinal: false };
  return frame(content, options);
}
