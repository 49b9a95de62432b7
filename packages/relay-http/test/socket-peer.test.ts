import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketPeer, type SocketPeerLimits } from '../src/socket-peer.js';
import { WriteRound } from '../src/write-round.js';
import { fakeTimeouts } from './counting-stream.js';

const MIB = 1_024 * 1_024;

/** A peer over a real socket, and its far end, which does not read until it is told to. */
async function linked(limits: Partial<SocketPeerLimits> = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const far = new WebSocket(`ws://127.0.0.1:${String(port)}`, { perMessageDeflate: false });
  const [[near, request]] = await Promise.all([once(server, 'connection'), once(far, 'open')]);
  const socket: WebSocket = near;
  const stream: Socket = request.socket;
  onTestFinished(() => far.terminate());
  far.pause();
  return {
    socket,
    far,
    peer: new SocketPeer(socket, {
      stream,
      limits: { maxBufferedBytes: MIB, maxFrameBytes: MIB, ...limits },
      round: new WriteRound(),
    }),
  };
}

describe('SocketPeer', () => {
  it('sends text and bytes as text frames', async () => {
    const { peer, far } = await linked();
    const received: [string, boolean][] = [];
    far.on('message', (data: Buffer, isBinary) => received.push([data.toString(), isBinary]));
    far.resume();

    peer.send('"é"');
    peer.send(Buffer.from('"é"'));
    peer.send(new TextEncoder().encode('"é"'));
    while (received.length < 3) await once(far, 'message');

    expect(received).toEqual([
      ['"é"', false],
      ['"é"', false],
      ['"é"', false],
    ]);
  });

  it('holds back what may wait a moment, but never so much that its peer would seem slow', async () => {
    fakeTimeouts();
    const { peer, socket } = await linked({ maxBufferedBytes: 1_024, maxFrameBytes: 4_096 });
    peer.send('news', 'soon');
    await new Promise((resolve) => setImmediate(resolve));
    expect(peer.bufferedBytes()).toBeGreaterThan(0);

    for (let count = 0; count < 60; count += 1) peer.send('x'.repeat(300), 'soon');

    expect(socket.isPaused).toBe(false);
    expect(peer.isClosing).toBe(false);
  });

  it('lets nothing else wait, whatever waits before it, and nothing large', async () => {
    fakeTimeouts();
    const { peer } = await linked();
    const sent = async (): Promise<void> => {
      while (peer.bufferedBytes() > 0) await new Promise((resolve) => setImmediate(resolve));
    };
    // After a round of many, news do not leave behind the next one.
    for (let count = 0; count < 5; count += 1) peer.send('one of many');
    await sent();
    peer.send('news', 'soon');
    peer.send('frame');
    await sent();

    for (let count = 0; count < 5; count += 1) peer.send('one of many');
    await sent();
    peer.send('x'.repeat(65 * 1_024), 'soon');
    await sent();
  });

  it('sends what may wait a moment before what follows, and before it closes', async () => {
    const { peer, far } = await linked();
    const received: string[] = [];
    far.on('message', (data: Buffer) => received.push(data.toString()));
    far.resume();

    peer.send('alone', 'soon');
    await once(far, 'message');
    peer.send('news', 'soon');
    peer.send('frame');
    peer.send('more', 'soon');
    peer.close(4403, 'over');
    const [code] = await once(far, 'close');

    expect(received).toEqual(['alone', 'news', 'frame', 'more']);
    expect(code).toBe(4403);
  });

  it('reads nothing from a peer that is over its limit, and goes on when it has caught up, with nothing lost', async () => {
    const { peer, far, socket } = await linked();
    const frame = 'x'.repeat(MIB / 4);
    let sent = 0;
    while (!socket.isPaused) {
      peer.send(`${String(sent++)} ${frame}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(peer.bufferedBytes()).toBeGreaterThan(MIB);
    const waitingAtDrain: number[] = [];
    peer.onDrain(() => waitingAtDrain.push(peer.bufferedBytes()));

    const heard = once(socket, 'message');
    far.send('meanwhile');
    const received: string[] = [];
    far.on('message', (data: Buffer) => received.push(data.toString('latin1', 0, 8).split(' ')[0] ?? ''));
    far.resume();
    const [data] = await heard;
    while (received.length < sent) await once(far, 'message');

    expect(String(data)).toBe('meanwhile');
    expect(waitingAtDrain).toHaveLength(1);
    expect(waitingAtDrain[0]).toBeLessThanOrEqual(MIB);
    expect(socket.isPaused).toBe(false);
    expect(peer.isClosing).toBe(false);
    expect(received).toEqual(Array.from({ length: sent }, (_, index) => String(index)));
  });

  it('sends one frame of any size into an empty buffer', async () => {
    const { peer, far } = await linked({ maxBufferedBytes: 1_000, maxFrameBytes: 16 * MIB });
    far.resume();

    peer.send('x'.repeat(16 * MIB));
    const [data] = await once(far, 'message');

    expect(data).toHaveLength(16 * MIB);
    expect(peer.isClosing).toBe(false);
  });

  it('says at once that nothing waits, when nothing does', async () => {
    const { peer } = await linked();

    await new Promise<void>((resolve) => peer.onDrain(resolve));

    expect(peer.bufferedBytes()).toBe(0);
  });

  it('ends a peer that lets twice its limit and one frame more pile up', async () => {
    const { peer, socket } = await linked();
    const ended = once(socket, 'close');
    const frame = 'x'.repeat(MIB);

    let buffered = 0;
    while (!peer.isClosing) {
      buffered = peer.bufferedBytes();
      peer.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;

    expect(buffered).toBeGreaterThan(3 * MIB);
    expect(buffered).toBeLessThan(5 * MIB);
  });

  it('ends a peer that is over its limit and takes nothing', async () => {
    const { peer, socket } = await linked({ stalledWriteMs: 100 });
    const ended = once(socket, 'close');
    while (!socket.isPaused) {
      peer.send('x'.repeat(MIB / 4));
      await new Promise((resolve) => setImmediate(resolve));
    }

    await ended;

    expect(peer.isClosing).toBe(true);
  });

  it('is closed once, and sends nothing afterwards', async () => {
    const { peer, far } = await linked();
    const received: string[] = [];
    far.on('message', (data: Buffer) => received.push(data.toString()));
    const closed = once(far, 'close');
    far.resume();

    peer.send('before');
    peer.close(4408, 'heartbeat_missed');
    peer.close(1001, 'relay_shutting_down');
    peer.send('after');
    peer.ping();
    const [code, reason] = await closed;

    expect([code, String(reason)]).toEqual([4408, 'heartbeat_missed']);
    expect(received).toEqual(['before']);
  });

  it('leaves out a reason that does not fit into a close frame', async () => {
    const { peer, far } = await linked();
    const closed = once(far, 'close');
    far.resume();

    peer.close(1008, 'x'.repeat(124));

    expect((await closed).map(String)).toEqual(['1008', '']);
  });
});
