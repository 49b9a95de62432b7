import { describe, expect, it } from 'vitest';
import { attackWorld, type AttackWorld } from '../support/attack-world.js';
import { heapBytes } from '../support/heap.js';
import { OPCODES, RawConnection, frame, upgradeText } from '../support/raw-connection.js';
import type { WireSocket } from '../support/wire-socket.js';

const MIB = 1024 * 1024;

describe('what an authenticated peer can take', () => {
  it('a frame over OTTO_MAX_FRAME_BYTES closes its socket with 1009, and nobody else’s', async () => {
    const world = await attackWorld({ OTTO_MAX_FRAME_BYTES: '100000' });
    const { controller, login } = await world.pairOfPeers();
    const bystander = await world.join('controller', login.accessToken);

    expect(await controller.verdict(controller.send('ping', { pad: 'x'.repeat(90_000) }))).toBe('pong');
    controller.send('ping', { pad: 'x'.repeat(100_000) });

    expect(await controller.closeCode()).toBe(1009);
    expect(await bystander.verdict(bystander.command('n1'))).toBe('result');
  });

  it('a peer that asks without end and reads nothing takes a bounded part of the memory, and others are served', async () => {
    const world = await attackWorld({ OTTO_MAX_BUFFERED_BYTES: '65536', OTTO_RATE_LIMIT_PER_MIN: '1000000' });
    const { controller, login } = await world.pairOfPeers();
    const before = await heapBytes();

    for (const flood of [pingFrame(), frame('x'.repeat(125), { opcode: OPCODES.ping })]) {
      const greedy = await joinRaw(world, login.accessToken);
      greedy.socket.pause();
      const chunk = Buffer.concat(Array.from({ length: 500 }, () => flood));
      for (let sent = 0; sent < 24 * MIB && !greedy.isClosed; sent += chunk.byteLength) {
        const isTaken = greedy.socket.write(chunk);
        await new Promise((resolve) => setImmediate(resolve));
        if (!isTaken && greedy.socket.writableLength > 4 * MIB) break;
      }

      expect(await controller.verdict(controller.command('n1'))).toBe('result');
      expect((await heapBytes()) - before).toBeLessThan(24 * MIB);
      greedy.socket.destroy();
    }
  });

  it('a stranger who sends requests without end and waits for no answer is cut off, and others are answered', async () => {
    const world = await attackWorld();
    const greedy = await RawConnection.open(world.port);
    const request = `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:${world.port}\r\n\r\n`;
    greedy.send(request.repeat(50_000));

    await greedy.closed();
    const other = await RawConnection.open(world.port);
    other.send(request);
    expect((await other.answer()).status).toBe(200);
  });

  it('a second socket does not refill the rate limit, and the refusal says how long to wait', async () => {
    const world = await attackWorld({ OTTO_RATE_LIMIT_PER_MIN: '5' });
    const { controller, login } = await world.pairOfPeers();
    for (let n = 0; n < 5; n += 1) expect(await controller.verdict(controller.command('n1'))).toBe('result');

    const second = await world.join('controller', login.accessToken);
    const { payload } = await second.reply(second.command('n1'));

    expect(payload).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(payload['retryAfterMs']).toBeGreaterThan(0);
  });

  it('queues are bounded for a tab and for an identity, each with its own code', async () => {
    const world = await attackWorld({ OTTO_TAB_QUEUE_LIMIT: '2', OTTO_CONTROLLER_QUEUE_LIMIT: '3' });
    const { controller } = await world.silentPeers();
    const send = (tabSessionId: string) =>
      controller.command('n1', { tabSessionId, waitPolicy: 'wait_with_timeout', action: 'primitive.dom.extract_text' });

    const [first] = [send('t1'), send('t1'), send('t1')];
    const tooManyInTab = send('t1');
    send('t2');
    send('t2');
    const tooManyInAll = send('t2');

    expect(await controller.verdict(tooManyInTab)).toBe('tab_queue_overflow');
    expect(await controller.verdict(tooManyInAll)).toBe('controller_queue_overflow');
    expect(controller.received.some((reply) => reply.requestId === first && reply.messageType === 'error')).toBe(false);
  });

  it('a thousand tab locks are the most that one identity holds', async () => {
    const world = await attackWorld({ OTTO_RATE_LIMIT_PER_MIN: '1000000' });
    const { controller } = await world.silentPeers();
    const lock = (tab: number) => controller.send('tab_lock', { targetNodeId: 'n1', tabSessionId: `t${tab}` });

    for (let tab = 0; tab < 1_000; tab += 1) lock(tab);

    expect(await controller.verdict(lock(1_000))).toBe('too_many_locks');
  });

  it('strings that the relay keeps are at most 200 characters long', async () => {
    const world = await attackWorld();
    const { controller } = await world.pairOfPeers();
    const long = 'x'.repeat(201);

    expect(await controller.verdict(controller.command('n1', { tabSessionId: long }))).toBe('invalid_command');
    expect(await controller.verdict(controller.command('n1', { replayNonce: long }))).toBe('invalid_command');
    expect(await controller.verdict(controller.command(long))).toBe('invalid_command');
    controller.send('ping', {}, { requestId: long });
    expect((await controller.reply('unknown')).payload['code']).toBe('invalid_envelope');
  });

  it('payloads so deep that they could not be written down again are refused, and the relay goes on', async () => {
    const world = await attackWorld();
    const { controller } = await world.pairOfPeers();
    const depth = 50_000;
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

    const requestId = sendDeep(controller, deep);

    expect(await controller.verdict(requestId)).toBe('invalid_envelope');
    expect(await controller.verdict(controller.command('n1'))).toBe('result');
  });

  it('bodies of more than 64 KiB are refused, and one of 30,000 levels is no more than wrong', async () => {
    const world = await attackWorld();
    const post = (body: string) => world.ask({ method: 'POST', path: '/api/auth/revoke', body });

    expect((await post(`{"refreshToken":"${'x'.repeat(64 * 1024)}"}`)).status).toBe(413);
    const deep = `{"refreshToken":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect((await post(deep)).body['code']).toBe('refreshToken_required');
    expect((await post('['.repeat(60_000))).body['code']).toBe('invalid_json');
  });
});

describe('page content', () => {
  it('passes as it is, byte for byte, whatever a terminal or a browser would make of it', async () => {
    const world = await attackWorld();
    const { controller, nodeSocket } = await world.silentPeers();
    const hostile = '\u001b]0;owned\u0007\u001b[2J<script>alert(1)</script>${process.exit()}\u2028\u0000{{7*7}}';
    const requestId = controller.command('n1');
    await nodeSocket.until(() => nodeSocket.received.some((reply) => reply.requestId === requestId));

    nodeSocket.send('result', { ok: true, durationMs: 1, action: 'x', data: { text: hostile } }, { requestId });

    expect((await controller.reply(requestId)).payload['data']).toEqual({ text: hostile });
  });
});

/** A raw connection that has authenticated. */
async function joinRaw(world: AttackWorld, accessToken: string): Promise<RawConnection> {
  const connection = await RawConnection.open(world.port);
  connection.send(upgradeText('/?role=controller'));
  await connection.answer();
  const envelope = { protocolVersion: '1.0', requestId: 'r', senderRole: 'controller' };
  for (const [messageType, payload] of [
    ['hello', { role: 'controller' }],
    ['auth', { accessToken }],
  ] as const) {
    connection.send(frame(JSON.stringify({ ...envelope, messageType, payload })));
  }
  await connection.until(() => connection.frames().some(({ payload }) => payload.includes('auth_ack')));
  return connection;
}

/** A ping whose answer is far longer than what it costs to repeat. */
function pingFrame(): Buffer {
  const requestId = 'r'.repeat(200);
  const ping = { protocolVersion: '1.0', messageType: 'ping', requestId, senderRole: 'controller', payload: {} };
  return frame(JSON.stringify(ping));
}

function sendDeep(controller: WireSocket, deep: string): string {
  const requestId = 'deep';
  const payload = `{"targetNodeId":"n1","action":"primitive.tab.query","replayNonce":"deep","payload":${deep}}`;
  const timestamp = new Date().toISOString();
  controller.ws.send(
    `{"protocolVersion":"1.0","messageType":"command","requestId":"${requestId}","timestamp":"${timestamp}","senderRole":"controller","payload":${payload}}`,
  );
  return requestId;
}
