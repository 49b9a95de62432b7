import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openDoors, type Doors } from './doors.js';
import type { TestSocket } from './test-socket.js';

const KIB = 1_024;

async function joined(doors: Doors, role: 'controller' | 'node', id: string): Promise<TestSocket> {
  const socket = await doors.connect(`/?role=${role}`);
  const token = role === 'node' ? await doors.nodeToken(id) : await doors.clientToken(id);
  await socket.join(role, token, role === 'node' ? { nodeId: id } : {});
  return socket;
}

describe('before authentication', () => {
  it('a frame of more than 64 KiB closes the socket with 1009, in one piece or in many', async () => {
    const doors = await openDoors({ policy: { maxFrameBytes: 16 * KIB * KIB } });
    const lengths = [64 * KIB + 1, 200 * KIB, 8 * KIB * KIB];
    const sockets = await Promise.all([...lengths, 0].map(() => doors.connect('/?role=controller')));

    for (const [index, length] of lengths.entries()) sockets[index]?.ws.send('x'.repeat(length));
    for (let part = 0; part < 4; part += 1) sockets.at(-1)?.ws.send('x'.repeat(20 * KIB), { fin: part === 3 });

    expect(await Promise.all(sockets.map((socket) => socket.closeCode()))).toEqual([1009, 1009, 1009, 1009]);
  });

  it('a frame of 64 KiB is read', async () => {
    const doors = await openDoors();
    const socket = await doors.connect('/?role=controller');

    socket.ws.send('x'.repeat(64 * KIB));

    expect((await socket.frame('error')).payload).toMatchObject({ code: 'invalid_json' });
  });

  it('a socket that sends more than 256 KiB in all is destroyed', async () => {
    const doors = await openDoors();
    const socket = await doors.connect('/?role=controller');

    for (let count = 0; count < 5; count += 1) socket.ws.send('x'.repeat(60 * KIB));

    expect(await socket.closeCode()).toBe(1006);
    expect(doors.world.relay.tables().connections).toBe(0);
  });

  it('a socket that sends an endless frame of a few bytes at a time is destroyed', async () => {
    const doors = await openDoors();
    const port = await doors.port();
    const stream = await rawSocket(port);
    const ended = new Promise((resolve) => stream.on('close', resolve));

    // A ping frame may not be longer than 125 bytes; bytes that belong to no frame are counted as well.
    stream.on('error', () => undefined);
    const timer = setInterval(() => stream.write(Buffer.alloc(50 * KIB, 0xff)), 5);
    await ended;
    clearInterval(timer);

    await doors.idle();
  });
});

describe('frames', () => {
  it('that are binary close the socket with 1003', async () => {
    const doors = await openDoors();
    const socket = await doors.connect('/?role=controller');

    socket.ws.send(Buffer.from('{}'), { binary: true });

    expect(await socket.closeCode()).toBe(1003);
  });

  it('may be large once the sender is known, up to the limit of all', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } }, policy: { maxFrameBytes: 500 * KIB } });
    const alice = await joined(doors, 'controller', 'alice');

    alice.ws.send('x'.repeat(500 * KIB));
    expect((await alice.frame('error')).payload).toMatchObject({ code: 'invalid_json' });

    alice.ws.send('x'.repeat(500 * KIB + 1));
    expect(await alice.closeCode()).toBe(1009);
  });

  it('of many sizes are not counted together once the sender is known', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    const alice = await joined(doors, 'controller', 'alice');

    for (let count = 0; count < 10; count += 1) alice.send('ping', { padding: 'x'.repeat(60 * KIB) });
    await alice.until(() => alice.received.filter(({ messageType }) => messageType === 'pong').length === 10);

    expect(alice.isOpen).toBe(true);
  });

  it('that break the WebSocket protocol cost their sender its socket and nobody else anything', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    const alice = await joined(doors, 'controller', 'alice');
    const broken = [await rawSocket(await doors.port()), await rawSocket(await doors.port())];
    const ends = broken.map((stream) => new Promise((resolve) => stream.on('close', resolve)));

    broken[0]?.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
    broken[1]?.destroy();
    await Promise.all(ends);
    alice.send('ping', {});
    await alice.frame('pong');

    expect(alice.isOpen).toBe(true);
  });

  it('of a node reach the controller byte by byte as they came', async () => {
    const doors = await openDoors({ relay: { grants: { alice: ['n1'] } } });
    const node = await joined(doors, 'node', 'n1');
    const alice = await joined(doors, 'controller', 'alice');
    const timestamp = new Date(doors.world.clock.now()).toISOString();

    alice.send(
      'command',
      { targetNodeId: 'n1', action: 'primitive.dom.extract_text', replayNonce: 'nonce-1' },
      { timestamp, requestId: 'own-id' },
    );
    await node.frame('command');
    const answer =
      '{ "extra":1.50, "protocolVersion" : "1.0","messageType":"result","requestId":"own-id",' +
      `"timestamp":"${timestamp}","senderRole":"node","payload":{"ok":true,"durationMs":1,"action":"a","data":"\\u00e9é"} }`;
    node.ws.send(answer);
    await alice.frame('result');

    expect(alice.rawReceived.at(-1)?.toString()).toBe(answer);
  });
});

describe('the end of a socket', () => {
  it('is told to the relay once, whatever it was', async () => {
    const doors = await openDoors({ relay: { grants: { alice: [] } } });
    const ends: ((socket: TestSocket) => void)[] = [
      ({ ws }) => ws.close(),
      ({ ws }) => ws.terminate(),
      ({ ws }) => ws.send(Buffer.alloc(1), { binary: true }),
      ({ ws }) => ws.send('x'.repeat(1_000_001)),
    ];
    for (const end of ends) {
      const alice = await joined(doors, 'controller', 'alice');
      end(alice);
      await alice.closeCode();
      await doors.idle();
    }

    expect(doors.world.log.ofType('controller_connected')).toHaveLength(ends.length);
    expect(doors.world.log.ofType('controller_disconnected')).toHaveLength(ends.length);
  });

  it('comes within seconds, also when the other side does not answer a close frame', async () => {
    const doors = await openDoors();
    const stream = await rawSocket(await doors.port());
    const ended = new Promise((resolve) => stream.on('close', resolve));

    stream.write(Buffer.from([0x82, 0x80, 0, 0, 0, 0]));
    await ended;

    await doors.idle();
  });
});

/** A WebSocket without a client: bytes go out as they are, and nothing is answered. */
function rawSocket(port: number) {
  const lines = [
    'GET /?role=controller HTTP/1.1',
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ];
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const stream = connect(port, '127.0.0.1', () => stream.write(lines.join('\r\n')));
    stream.once('error', reject);
    stream.once('data', () => resolve(stream));
  });
}

it.each([
  ['small', 0],
  ['large', 5 * KIB * KIB],
])('a %s frame is read as UTF-8', async (_name, length) => {
  const doors = await openDoors({ relay: { grants: { alice: [] } }, policy: { maxFrameBytes: 16 * KIB * KIB } });
  const socket = await joined(doors, 'controller', 'alice');

  socket.send('ping', { data: 'x'.repeat(length) }, { requestId: 'größer 😀' });

  expect((await socket.frame('pong'))['requestId']).toBe('größer 😀');
});
