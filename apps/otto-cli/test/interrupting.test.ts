import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GIVEN_ONCE_MS_MAX, Interruption } from '../src/interruption.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { temporaryFolder } from './temporary-folder.js';

const CLIENT = { clientId: 'clt_1' };
const SECRET = { OTTO_CONTROLLER_CLIENT_SECRET: 'cs_1' };
const ANSWERS: Readonly<Record<string, object>> = {
  '/api/controller/register': {
    ...{ clientId: 'clt_2', clientSecret: 'cs_2', name: 'n', description: 'd', avatarSeed: 's', createdAt: 1 },
  },
  '/api/controller/token': {
    ...{ clientId: 'clt_2', controllerId: 'ctl_2', scopes: [], accessToken: 'at_2', refreshToken: 'rt_2' },
  },
};

describe('Ctrl+C while a relay does not answer', () => {
  it.each([
    ['setup', 'whether the login is good', '/api/nodes/connected', { ...CLIENT, accessToken: 'at_1' }, {}],
    ['setup', 'for a new login', '/api/auth/refresh', { ...CLIENT, refreshToken: 'rt_1' }, {}],
    ['setup', 'to be logged in with the secret', '/api/controller/token', CLIENT, SECRET],
    ['setup', 'to be registered', '/api/controller/register', {}, {}],
    ['setup', 'which nodes there are', '/api/nodes/connected', {}, {}],
    ['client register', 'to be registered', '/api/controller/register', {}, {}],
  ])('ends otto %s at once that has asked %s', async (words, _what, silentPath, config, env) => {
    const { port, asked } = await relayThatIsSilentAt(silentPath);
    const home = temporaryFolder();
    writeFileSync(join(home, 'config.json'), JSON.stringify({ ...config, relayUrl: `ws://127.0.0.1:${port}` }));
    const io = new FakeIo({ env: { ...env, OTTO_HOME: home } });

    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());

    const running = run(io, [...words.split(' '), ...(words === 'setup' ? ['--skip-daemon'] : [])]);
    await asked;
    io.abort(new Interruption('SIGINT'));
    await vi.advanceTimersByTimeAsync(GIVEN_ONCE_MS_MAX);

    expect(await running).toBe(130);
  });

  it.each(['start', 'restart', 'setup'])('ends otto %s at once that waits until the relay is ready', async (words) => {
    const { port, asked } = await relayThatIsSilentAt('/readyz');
    const started = { pid: 0, host: '127.0.0.1', port, version: '0', startedAt: 0 };
    const daemon = `process.send({started:{...${JSON.stringify(started)},pid:process.pid}});await new Promise(()=>{})`;
    const env = {
      PATH: process.env['PATH'],
      OTTO_HOME: temporaryFolder(),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(daemon)}`,
    };
    const io = new FakeIo({ env });

    const running = run(io, [words]);
    await asked;
    io.abort(new Interruption('SIGINT'));

    expect(await running).toBe(130);
  });

  it.skipIf(process.platform === 'win32').each(['start', 'restart', 'setup'])(
    'ends otto %s at once that asks who holds the folder of the relay',
    async (words) => {
      const home = temporaryFolder();
      mkdirSync(join(home, 'relay'));
      const holder = createSocketServer();
      const asked = once(holder, 'connection');
      await listening(holder, join(home, 'relay', 'relay.lock'));
      const io = new FakeIo({ env: { OTTO_HOME: home } });

      const running = run(io, [words]);
      const [socket] = await asked;
      socket.resume();
      const gaveUp = once(socket, 'close').then(() => 'gave up');
      io.abort(new Interruption('SIGINT'));

      expect(await Promise.race([running, gaveUp])).toBe(130);
    },
  );
});

/** Listens, and answers everything but one path. */
async function relayThatIsSilentAt(silentPath: string) {
  let tell: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === silentPath) tell();
    else response.end(JSON.stringify(ANSWERS[pathname] ?? {}));
  });
  onTestFinished(() => server.closeAllConnections());
  await listening(server, 0);
  // Always an address of a socket with a port.
  const { port } = server.address() as AddressInfo;
  return { port, asked };
}

async function listening(server: Server, where: number | string): Promise<void> {
  if (typeof where === 'string') server.listen(where);
  else server.listen(where, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}
