import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Child } from './support/child.js';
import { TOKEN_SECRET, client, logOnDisk, startRelay } from './support/relay-world.js';
import { tempFolder } from './support/temp-folder.js';

const RELAY = new URL('./children/relay.ts', import.meta.url);

const METADATA = { name: 'Al', description: 'a test' };

describe('a relay that starts', () => {
  it('is ready, and proves that it knows the operator token of its folder', async () => {
    const folder = tempFolder();
    const { address } = await startRelay(folder);
    const http = client(address.port, folder);
    const challenge = 'ab'.repeat(32);

    const proof = createHmac('sha256', http.operatorToken()).update(`otto-proof:${challenge}`).digest('hex');

    expect(await http.get('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await http.get(`/healthz?challenge=${challenge}`)).toEqual({ status: 200, body: { status: 'ok', proof } });
  });

  it('tells its owner what it is', async () => {
    const folder = tempFolder();
    const { address } = await startRelay(folder);

    const { status, body } = await client(address.port, folder).asOperator('/api/status');

    expect(status).toBe(200);
    expect(body).toMatchObject({ version: '1.2.3', pid: process.pid, port: address.port, warnings: [] });
  });

  it.skipIf(process.platform === 'win32')('keeps its folder and every file in it closed to others', async () => {
    const folder = join(tempFolder(), 'relay');
    const server = await startRelay(folder);
    await client(server.address.port, folder).post('/api/controller/register', METADATA);
    await server.stop();
    const again = await startRelay(folder);
    await client(again.address.port, folder).post('/api/controller/register', { ...METADATA, name: 'Bo' });

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('logs how it was started and what its stores held', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'controller-acl.jsonl'), 'damage\n');
    const server = await startRelay(folder, { OTTO_TOKEN_TTL_MINUTES: '20', OTTO_REFRESH_TTL_DAYS: '7' });
    const status = await client(server.address.port, folder).asOperator('/api/status');
    await server.stop();

    const nothing = { loaded: 0, invalid: 0, expired: 0 };
    expect(logOnDisk(folder)[0]).toMatchObject({
      type: 'relay_started',
      source: 'relay',
      level: 'info',
      data: {
        accessTtlMinutes: 20,
        refreshTtlDays: 7,
        stores: {
          'refresh-sessions.jsonl': nothing,
          'controller-clients.jsonl': nothing,
          'controller-acl.jsonl': { ...nothing, invalid: 1 },
        },
      },
    });
    expect(status.body['warnings']).toEqual([expect.stringContaining('controller-acl.jsonl.rejected')]);
  });

  it('warns when other machines may reach it, and names TLS and tunnels', async () => {
    const folder = tempFolder();
    const { address } = await startRelay(folder, { OTTO_RELAY_HOST: '0.0.0.0' });

    const { body } = await client(address.port, folder).asOperator('/api/status');

    expect(body['warnings']).toEqual([expect.stringMatching(/0\.0\.0\.0.*TLS.*tunnel/)]);
  });

  it('is refused a folder that another one uses, and names its pid', async () => {
    const folder = tempFolder();
    await startRelay(folder);

    await expect(startRelay(folder)).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining(`pid ${process.pid}`) as string,
    });
  });

  it('that cannot have its port says so in one sentence, and lets its folder go', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const bound = taken.address();
    const port = typeof bound === 'object' && bound !== null ? String(bound.port) : '';
    const folder = tempFolder();

    await expect(startRelay(folder, { OTTO_RELAY_PORT: port })).rejects.toMatchObject({
      code: 'start_failed',
      message: `Port ${port} on 127.0.0.1 is in use.`,
    });

    await startRelay(folder);
  });

  it('that cannot read a store says so, and lets its folder go', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'controller-clients.jsonl'));
    await expect(startRelay(folder)).rejects.toMatchObject({ code: 'start_failed' });
    rmdirSync(join(folder, 'controller-clients.jsonl'));

    await startRelay(folder);
  });
});

describe('a relay that is started again', () => {
  it('knows nodes, clients and grants as before, and its log', async () => {
    const folder = tempFolder();
    const first = await startRelay(folder);
    const before = client(first.address.port, folder);
    const node = await pairNode(before);
    const { body: registered } = await before.post('/api/controller/register', METADATA);
    const credentials = { clientId: registered['clientId'], clientSecret: registered['clientSecret'] };
    await before.post('/api/controller/access', { clientId: credentials.clientId, grant: true }, node.accessToken);
    const { body: login } = await before.post('/api/controller/token', credentials);
    await first.stop();

    const second = await startRelay(folder);
    const after = client(second.address.port, folder);

    expect((await after.post('/api/controller/token', credentials)).status).toBe(200);
    expect((await after.post('/api/auth/refresh', { refreshToken: login['refreshToken'] })).status).toBe(200);
    expect((await after.post('/api/auth/refresh', { refreshToken: node.refreshToken })).status).toBe(200);
    const { body: access } = await after.get('/api/controller/access', node.accessToken);
    expect(access['clients']).toMatchObject([{ clientId: credentials.clientId, granted: true }]);
    const { body: log } = await after.asOperator('/api/logs');
    const types = (log['logs'] as { type: string }[]).map(({ type }) => type);
    expect(types.filter((type) => type === 'relay_started')).toHaveLength(2);
    expect(types).toContain('controller_client_registered');
  });

  it('accepts the refresh tokens and client secrets of an older installation', async () => {
    const folder = tempFolder();
    const session = { role: 'node', nodeId: 'n1', scopes: [], expiresAt: Date.now() + 60_000 };
    writeFileSync(join(folder, 'refresh-sessions.jsonl'), `${JSON.stringify({ token: 'rt_old', session })}\n`);
    const { address } = await startRelay(folder);
    const http = client(address.port, folder);

    const { status, body } = await http.post('/api/auth/refresh', { refreshToken: 'rt_old' });

    expect(status).toBe(200);
    expect((await http.get('/api/controller/access', String(body['accessToken']))).body).toEqual({
      nodeId: 'n1',
      clients: [],
    });
  });

  it('after a kill has lost no registration that it had answered', async () => {
    const folder = tempFolder();
    const env = { OTTO_TOKEN_SECRET: TOKEN_SECRET, OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: '0' };
    const child = await Child.start(RELAY, [], env);
    await expect.poll(() => child.lines, { timeout: 20_000 }).toHaveLength(1);
    const http = client(Number(child.lines[0]), folder);
    const answered: unknown[] = [];
    const registering = Array.from({ length: 200 }, async (_, index) => {
      const { status, body } = await http.post('/api/controller/register', { ...METADATA, name: `c${index}` });
      if (status === 200) answered.push({ clientId: body['clientId'], clientSecret: body['clientSecret'] });
    });
    // Those that the kill cuts off fail while nobody awaits them yet.
    const ended = Promise.allSettled(registering);
    await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(20);
    await child.kill('SIGKILL');
    await ended;

    const { address } = await startRelay(folder);
    const after = client(address.port, folder);
    const logins = await Promise.all(answered.map((credentials) => after.post('/api/controller/token', credentials)));

    expect(logins.map(({ status }) => status)).toEqual(logins.map(() => 200));
    expect(logins.length).toBeGreaterThan(20);
  });
});

describe('a relay that stops', () => {
  it('closes its sockets with 1001, frees port and folder, and has logged everything', async () => {
    const folder = tempFolder();
    const server = await startRelay(folder);
    const socket = new WebSocket(`ws://127.0.0.1:${server.address.port}/?role=controller`);
    await once(socket, 'open');
    const closed = once(socket, 'close');

    await server.stop();

    expect((await closed)[0]).toBe(1001);
    await expect(fetch(`http://127.0.0.1:${server.address.port}/healthz`)).rejects.toThrow();
    expect(readdirSync(folder)).not.toContain('relay.lock');
    expect(logOnDisk(folder).map(({ type }) => type)).toContain('relay_stopping');
    await startRelay(folder, { OTTO_RELAY_PORT: String(server.address.port) });
  });

  it('does not wait for ever for a peer that never answers the close', async () => {
    const folder = tempFolder();
    const { address, stop } = await startRelay(folder);
    const silent = connect(address.port, '127.0.0.1');
    onTestFinished(() => void silent.destroy());
    const key = Buffer.alloc(16).toString('base64');
    silent.write(
      `GET /?role=node HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
    await once(silent, 'data');

    await stop();

    await startRelay(folder, { OTTO_RELAY_PORT: String(address.port) });
  });

  it('stops once, however often it is asked to', async () => {
    const server = await startRelay(tempFolder());

    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });
});

it('a relay whose log cannot be written goes on, says so, and recovers by itself', async () => {
  const folder = tempFolder();
  const logFile = join(folder, `operations-${new Date().toISOString().slice(0, 10)}.jsonl`);
  mkdirSync(logFile);
  const { address } = await startRelay(folder);
  const http = client(address.port, folder);

  await expect
    .poll(() => http.get('/readyz'))
    .toMatchObject({
      status: 200,
      body: { status: 'degraded', warnings: [expect.stringContaining('The operation log cannot be written')] },
    });
  expect((await http.post('/api/controller/register', METADATA)).status).toBe(200);

  rmdirSync(logFile);
  await expect.poll(() => http.get('/readyz'), { timeout: 5_000 }).toMatchObject({ body: { status: 'ready' } });
  expect(logOnDisk(folder).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['relay_started', 'controller_client_registered']),
  );
});

/** Pairs a node as its owner would. */
async function pairNode(http: ReturnType<typeof client>): Promise<{ accessToken: string; refreshToken: string }> {
  const { body: request } = await http.post('/api/pairing/request', { nodeId: 'n1' });
  await http.asOperator('/api/pairing/approve', { code: request['code'] });
  const { body } = await http.get(`/api/pairing/status?challengeId=${String(request['challengeId'])}`);
  return { accessToken: String(body['nodeAccessToken']), refreshToken: String(body['nodeRefreshToken']) };
}
