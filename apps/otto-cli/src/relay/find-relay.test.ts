import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type Server as SocketServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { pathsOf, type Paths } from '../config/paths.js';
import { PidFile } from '../daemon/pid-file.js';
import { findRelay } from './find-relay.js';
import { GOT_BYTES_MAX } from './http-get.js';

describe('findRelay', () => {
  it('says stopped when there is no pid file', async () => {
    expect(await findRelay(folder())).toEqual({ state: 'stopped' });
  });

  it('says stopped when the pid file is damaged', async () => {
    const paths = folder();
    writeFileSync(paths.pidFile, '{"pid":');

    expect(await findRelay(paths)).toEqual({ state: 'stopped' });
  });

  it.skipIf(process.platform === 'win32')(
    'finds by the lock of its folder a relay whose pid file is gone, or is about another process',
    async () => {
      const paths = folder();
      const lock = createLockServer(JSON.stringify({ pid: process.pid })).listen(join(paths.relay, 'relay.lock'));
      await once(lock, 'listening');
      onTestFinished(() => void lock.close());

      expect(await findRelay(paths)).toEqual({ state: 'unlisted', pid: process.pid });
      await record(paths, { port: 1, pid: 2 ** 22 + 1 });
      expect(await findRelay(paths)).toEqual({ state: 'unlisted', pid: process.pid });
    },
  );

  it('finds a relay that lives and proves that it knows the operator token', async () => {
    const paths = folder();
    const port = await listen(proving('the-token'));
    await record(paths, { port });

    expect(await findRelay(paths)).toMatchObject({
      state: 'running',
      httpUrl: `http://127.0.0.1:${port}`,
      operatorToken: 'the-token',
    });
  });

  it('takes a file for stale when its process is gone', async () => {
    const paths = folder();
    await record(paths, { port: 1, pid: 2 ** 22 + 1 });

    expect(await findRelay(paths)).toMatchObject({ state: 'stale', reason: 'its process is gone' });
  });

  it('takes a file for stale when another program has the port, and tells that program nothing', async () => {
    const paths = folder();
    const heard: string[] = [];
    const port = await listen((request, response) => {
      heard.push(`${request.url} ${JSON.stringify(request.headers)}`);
      response.end('{"status":"ok"}');
    });
    await record(paths, { port });

    expect(await findRelay(paths)).toMatchObject({ state: 'stale', reason: expect.stringContaining('not the relay') });
    expect(heard.join()).not.toContain('the-token');
  });

  it.each([
    ['a relay with another token', proving('another-token')],
    ['a page', (_request, response) => void response.end('<html>')],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: '/' }).end()],
    ['a change of protocol', (_request, response) => void response.writeHead(101, { upgrade: 'x' }).end()],
  ] satisfies [string, RequestListener][])('is not taken in by %s', async (_, listener) => {
    const paths = folder();
    await record(paths, { port: await listen(listener) });

    expect(await findRelay(paths)).toMatchObject(NOT_THE_RELAY);
  });

  it.each([
    ['hangs up', (socket) => void socket.destroy()],
    ['speaks first, as ssh does', (socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
    ['speaks no HTTP', (socket) => void socket.once('data', () => socket.end('\u0000\u0001garbage\r\n\r\n'))],
    [
      'answers half',
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{')),
    ],
  ] satisfies [string, (socket: Socket) => void][])('is not taken in by a stranger that %s', async (_, answer) => {
    const paths = folder();
    await record(paths, { port: await listenRaw(answer) });

    expect(await findRelay(paths)).toMatchObject(NOT_THE_RELAY);
  });

  it('takes no more of an answer than a relay would give', async () => {
    const paths = folder();
    let written = 0;
    const hungUp = new EventEmitter();
    const port = await listen((_request, response) => {
      response.once('close', () => hungUp.emit('close'));
      const write = () => {
        while (!response.destroyed && response.write(' '.repeat(GOT_BYTES_MAX))) written += GOT_BYTES_MAX;
        response.once('drain', write);
      };
      write();
    });
    await record(paths, { port });
    const closed = once(hungUp, 'close');

    expect(await findRelay(paths)).toMatchObject(NOT_THE_RELAY);
    await closed;
    // What lies in the buffers of two sockets was written, too.
    expect(written).toBeLessThan(500 * GOT_BYTES_MAX);
  });

  it('takes a file for stale when its pid is another process and nobody listens', async () => {
    const paths = folder();
    await record(paths, { port: 1 });

    expect(await findRelay(paths)).toMatchObject({ state: 'stale', reason: 'nobody listens on its port' });
  });
});

describe('PidFile', () => {
  it('is not taken away by a process that it is not about', async () => {
    const paths = folder();
    await record(paths, { port: 80 });

    await new PidFile(paths.pidFile).remove(process.pid + 1);

    expect(await new PidFile(paths.pidFile).read()).toMatchObject({ pid: process.pid });
  });
});

const NOT_THE_RELAY = { state: 'stale', reason: 'what listens on its port is not the relay' };

function folder(): Paths {
  const paths = pathsOf({ env: {}, userFolder: temporaryFolder(), cwd: '/' });
  mkdirSync(dirname(paths.operatorToken), { recursive: true });
  writeFileSync(paths.operatorToken, 'the-token\n');
  return paths;
}

async function record(paths: Paths, given: { port: number; pid?: number }): Promise<void> {
  const pid = given.pid ?? process.pid;
  await new PidFile(paths.pidFile).write({ pid, host: '127.0.0.1', port: given.port, version: '0.1.0', startedAt: 0 });
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return portOf(server);
}

async function listenRaw(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return portOf(
    createSocketServer((socket) => {
      sockets.add(socket);
      // Whoever asked may hang up in the middle of the answer.
      socket.on('error', () => undefined);
      answer(socket);
    }),
  );
}

async function portOf(server: SocketServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What a relay's folder answers with to whoever asks who holds it. */
function createLockServer(answer: string) {
  return createSocketServer((socket) => void socket.end(answer));
}

function proving(token: string): RequestListener {
  return (request, response) => {
    const challenge = new URL(request.url ?? '/', 'http://x').searchParams.get('challenge') ?? '';
    const proof = createHmac('sha256', token).update(`otto-proof:${challenge}`).digest('hex');
    response.end(JSON.stringify({ status: 'ok', proof }));
  };
}
