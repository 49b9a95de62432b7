import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { OttoHttpApi } from '../src/index.js';
import { platform } from '../src/platform/node.js';

let server: Server;
let sockets: WebSocketServer;
let port: number;

beforeEach(async () => {
  server = createServer((_request, response) => response.end('{"status":"ready"}'));
  sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a socket', () => {
  it('carries text both ways, and is closed with code and reason', async () => {
    const events = open('/');
    const far = await accepted();
    far.on('message', (data) => far.send(`echo ${String(data)}`));
    await events.until('open');

    events.socket.send('ä😀');
    await events.until('echo ä😀');
    far.close(4_403, 'credential_revoked');

    await events.until('close 4403 credential_revoked');
  });

  it('closes for us, and sends before that what was given to it', async () => {
    const events = open('/');
    const far = await accepted();
    const received: string[] = [];
    far.on('message', (data) => received.push(String(data)));
    await events.until('open');

    events.socket.send('last words');
    events.socket.close(1_000, '');

    await events.until('close 1000 ');
    expect(received).toEqual(['last words']);
  });

  it('that the relay refuses ends with a sentence', async () => {
    const events = open('/refused');

    await events.until('close 1006 Unexpected server response: 403');
  });

  it('to where nobody listens ends with a sentence', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await open('/').until(`close 1006 connect ECONNREFUSED 127.0.0.1:${port}`);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });

  it('that is given up before it opened ends, too', async () => {
    const events = open('/');

    events.socket.close(1_000, '');

    await events.until(/^close 1006/);
  });

  it('whose other end does not answer the close is cut', async () => {
    const events = open('/');
    const far = await accepted();
    await events.until('open');
    far.pause();

    events.socket.close(1_000, '');

    await events.until(/^close/);
  });
});

it('HTTP goes out for real', async () => {
  await expect(new OttoHttpApi({ baseUrl: `ws://127.0.0.1:${port}` }).ready()).resolves.toEqual({ status: 'ready' });
});

it('ids have the prefix and do not repeat', () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => platform.newId('req')));

  expect(ids.size).toBe(1_000);
  expect([...ids].every((id) => /^req_[0-9a-f]{32}$/.test(id))).toBe(true);
});

function accepted(): Promise<WebSocket> {
  return new Promise((resolve) => sockets.once('connection', resolve));
}

/** A socket of the platform, and everything that it told, to be waited for in order. */
function open(path: string) {
  const told: string[] = [];
  let wake: () => void = () => {};
  const tell = (event: string): void => {
    told.push(event);
    wake();
  };
  const socket = platform.openSocket(`ws://127.0.0.1:${port}${path}`, {
    onOpen: () => tell('open'),
    onText: (text) => tell(text),
    onClose: (code, reason) => tell(`close ${code} ${reason}`),
  });
  const until = async (expected: string | RegExp): Promise<void> => {
    while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    expect(told.shift()).toMatch(expected);
  };
  return { socket, until };
}
