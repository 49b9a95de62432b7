import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { homeForTest } from './otto-home.js';
import { OTTO, OTTO_OF_CHECKOUT } from './otto-run.js';

describe('the life of a relay', () => {
  it.each([
    ['as it is published', OTTO],
    ['of a checkout', OTTO_OF_CHECKOUT],
  ])('%s: it starts, tells where it is, and stops', async (_which, otto) => {
    const home = homeForTest({}, otto);

    const started = await home.json(['start']);
    expect(started).toMatchObject({ code: 0, outcome: 'started', version: '0.1.0' });
    const ready = await fetch(`http://127.0.0.1:${started['port']}/readyz`);
    expect(ready.status).toBe(200);

    const { port, pid } = started;
    expect(await home.json(['status'])).toMatchObject({ code: 0, running: true, port, pid, nodes: [], warnings: [] });
    expect((await home.run(['status'])).stdout).toContain(`http://127.0.0.1:${port}`);

    expect(await home.json(['stop'])).toEqual({ code: 0, outcome: 'stopped' });
    expect(await home.json(['status'])).toEqual({ code: 0, running: false, warnings: [] });
    expect((await home.run(['status'])).stdout).toContain('otto start');
    expect(await home.json(['stop'])).toMatchObject({ code: 1, error: { code: 'not_running' } });
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  });

  it('is started once, however often it is asked for', async () => {
    const home = homeForTest();

    const answers = await Promise.all([home.json(['start']), home.json(['start']), home.json(['start'])]);

    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['already_running', 'already_running', 'started']);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
    expect(await home.json(['start', '--port', '1'])).toMatchObject({
      outcome: 'already_running',
      pid: answers[0]['pid'],
    });
  });

  it('keeps its port over a restart, and takes another one when told to', async () => {
    const home = homeForTest();
    const { port, pid } = await home.json(['start']);

    const restarted = await home.json(['restart']);
    expect(restarted).toMatchObject({ code: 0, outcome: 'started', port });
    expect(restarted['pid']).not.toBe(pid);

    const moved = await home.json(['restart', '--port', '0']);
    expect(moved).toMatchObject({ code: 0, outcome: 'started' });
    await home.run(['stop']);
    expect(await home.json(['restart'])).toMatchObject({ code: 0, outcome: 'started' });
  });

  it('goes on when a restart could not start it again', async () => {
    const home = homeForTest();
    const { port, pid } = await home.json(['start']);
    const stranger = createServer();
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void stranger.close());

    const misspelt = await home.json(['restart'], { OTTO_RATE_LIMIT_PER_MIN: 'often' });
    const taken = await home.json(['restart', '--port', String(portOf(stranger))]);

    expect(misspelt).toMatchObject({ code: 1, error: { code: 'invalid_configuration' } });
    expect(taken).toMatchObject({
      code: 1,
      error: { code: 'start_failed', message: expect.stringContaining('has it') },
    });
    expect(await home.json(['status'])).toMatchObject({ running: true, port, pid });
  });

  it('runs in the foreground until it is told to end, and is found there', async () => {
    const home = homeForTest();

    const hungUp = home.start(['start', '--attached', '--json']);
    await hungUp.printed(/^\{.*\}$/m);
    hungUp.signal('SIGHUP');
    expect((await hungUp.ended).code).toBe(129);

    const relay = home.start(['start', '--attached', '--json']);
    const [line] = await relay.printed(/^\{.*\}$/m);
    const { port } = JSON.parse(line);
    expect(statSync(join(home.folder, 'relay', 'operator.token')).mode & 0o777).toBe(0o600);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect(await home.json(['status'])).toMatchObject({ running: true, port, pid: relay.pid });

    relay.signal('SIGINT');

    expect((await relay.ended).code).toBe(130);
    expect(await home.json(['status'])).toEqual({ code: 0, running: false, warnings: [] });
  });

  it('is recognised as gone after kill -9, and starts again', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    process.kill(Number(pid), 'SIGKILL');

    await expect
      .poll(async () => (await home.json(['status']))['warnings'])
      .toEqual([expect.stringContaining('did not stop in order')]);
    expect(await home.json(['stop'])).toMatchObject({ code: 1, error: { code: 'not_running' } });
    expect(await home.json(['start'])).toMatchObject({ code: 0, outcome: 'started' });
  });

  it('never stops or trusts a process that only has the pid and the port of the file', async () => {
    const home = homeForTest();
    await home.json(['start']);
    await home.run(['stop']);
    const stranger = await strangerProcess();
    const record = { pid: stranger.pid, host: '127.0.0.1', port: stranger.port, version: '0.1.0', startedAt: 0 };
    const leavePidFile = () => writeFileSync(join(home.folder, 'relay', 'relay.pid'), JSON.stringify(record));

    leavePidFile();
    expect(await home.json(['status'])).toMatchObject({ running: false });
    leavePidFile();
    expect(await home.json(['stop'])).toMatchObject({ code: 1, error: { code: 'not_running' } });
    leavePidFile();
    const started = await home.json(['start']);
    expect(started).toMatchObject({ code: 0, outcome: 'started' });
    expect(started['pid']).not.toBe(stranger.pid);
    leavePidFile();
    await home.json(['stop']);

    const { signals, requests } = await stranger.heard();
    expect(signals).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('GET /healthz?challenge='))).toEqual([]);
    expect(requests.join()).not.toMatch(/authorization/i);
  });

  it('always has an answer when what has its port hangs up at once', async () => {
    const home = homeForTest();
    await home.json(['start']);
    await home.run(['stop']);
    const stranger = createSocketServer((socket) => void socket.destroy());
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void stranger.close());
    const port = portOf(stranger);
    const record = { pid: process.pid, host: '127.0.0.1', port, version: '0.1.0', startedAt: 0 };
    home.write('relay/relay.pid', JSON.stringify(record));

    for (let again = 0; again < 2; again += 1) {
      expect(await home.json(['status'])).toMatchObject({
        running: false,
        warnings: [expect.stringMatching(/not the/)],
      });
      expect(await home.json(['authcode'], { OTTO_RELAY_PORT: String(port) })).toMatchObject({
        code: 1,
        error: { code: 'relay_unreachable' },
      });
    }
    expect(await home.json(['start'])).toMatchObject({ code: 0, outcome: 'started' });
  });

  it.each([
    ['OTTO_RATE_LIMIT_PER_MIN', 'often', /OTTO_RATE_LIMIT_PER_MIN.*often/],
    ['OTTO_RELAY_PORT', '70000', /OTTO_RELAY_PORT.*70000.*65535/],
    ['OTTO_TOKEN_SECRET', 'short', /OTTO_TOKEN_SECRET(?!.*short)/],
  ])('does not start with %s=%s, and says why', async (name, value, message) => {
    const home = homeForTest();

    const detached = await home.json(['start'], { [name]: value });
    const attached = await home.json(['start', '--attached'], { [name]: value });

    const error = { code: 'invalid_configuration', message: expect.stringMatching(message) };
    expect(detached).toMatchObject({ code: 1, error });
    expect(attached).toMatchObject({ code: 1, error });
    expect(existsSync(join(home.folder, 'relay', 'relay.pid'))).toBe(false);
  });

  it('does not start on a port that somebody else has, and says so', async () => {
    const home = homeForTest();
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const port = portOf(stranger);

    const refused = await home.json(['start', '--port', String(port)]);

    expect(refused).toMatchObject({
      code: 1,
      error: {
        code: 'start_failed',
        message: `Port ${port} on 127.0.0.1 is in use.`,
        hint: expect.stringMatching(new RegExp(`(ss|lsof|netstat) .*:${port}.*otto start --port`)),
      },
    });
    expect(stranger.listening).toBe(true);
    expect(await home.json(['status'])).toMatchObject({ running: false, warnings: [] });
  });

  it('tells no credential to a stranger on its port', async () => {
    const home = homeForTest();
    const { port, pid } = await home.json(['start']);
    await home.json(['client', 'register', '--name', 'laptop']);
    process.kill(Number(pid), 'SIGKILL');
    const heard: string[] = [];
    const stranger = createServer((request, response) => {
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.end('{"status":"ok","proof":"00"}');
    });
    await expect.poll(() => listenOn(stranger, Number(port))).toBe(true);
    onTestFinished(() => void stranger.close());

    const env = { OTTO_RELAY_PORT: String(port) };
    for (const words of [['client', 'login'], ['authcode'], ['pair', '123-456'], ['cmd', '--action', 'a.b']]) {
      expect(await home.json(words, env), words.join(' ')).toMatchObject({
        code: 1,
        error: { code: 'relay_unreachable' },
      });
    }

    expect(heard.length).toBeGreaterThan(0);
    expect(heard.every((request) => request.startsWith('GET /healthz?challenge='))).toBe(true);
    expect(heard.join()).not.toMatch(/authorization|cs_/i);
  });

  it('says how to start when nothing runs', async () => {
    const home = homeForTest();

    for (const words of [['client', 'register'], ['authcode'], ['access', 'list']]) {
      const answer = await home.json(words, { OTTO_RELAY_PORT: '1' });
      expect(answer).toMatchObject({ code: 1, error: { hint: expect.stringContaining('otto start') } });
    }
  });

  it('keeps its secrets, clients and log in files that only their owner may read', async () => {
    const home = homeForTest();
    await home.json(['start']);
    await home.json(['client', 'register', '--name', 'laptop']);
    await home.json(['client', 'login']);

    for (const name of [
      'config.json',
      'client-secret.json',
      'daemon.log',
      'relay/operator.token',
      'relay/token.secret',
    ]) {
      expect(statSync(join(home.folder, name)).mode & 0o777, name).toBe(0o600);
    }
    expect(home.file('config.json')).not.toContain('cs_');
  });

  it('is the only one in its folder, also when its pid file is lost', async () => {
    const home = homeForTest();
    await home.json(['start']);
    const pidFile = join(home.folder, 'relay', 'relay.pid');
    const record = readFileSync(pidFile);
    rmSync(pidFile);

    expect(await home.json(['start'])).toMatchObject({ code: 1, error: { message: expect.stringMatching(/pid \d+/) } });
    expect(await home.json(['start', '--attached'])).toMatchObject({ code: 1, error: { code: 'start_failed' } });
    writeFileSync(pidFile, record);
    expect(await home.json(['status'])).toMatchObject({ running: true });
  });

  it('is found and stopped also when its pid file is lost', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    rmSync(join(home.folder, 'relay', 'relay.pid'));

    expect(await home.json(['status'])).toMatchObject({
      code: 0,
      running: true,
      pid,
      warnings: [expect.stringMatching(/pid file.*otto restart$/)],
    });
    expect(await home.json(['stop'])).toEqual({ code: 0, outcome: 'stopped' });
    expect(await home.json(['status'])).toEqual({ code: 0, running: false, warnings: [] });
  });

  it.skipIf(process.platform === 'win32')('gets the same advice from every command when it is suspended', async () => {
    const home = homeForTest();
    const { pid } = await home.json(['start']);
    process.kill(Number(pid), 'SIGSTOP');
    onTestFinished(() => void process.kill(Number(pid), 'SIGCONT'));

    const answers = await Promise.all(['start', 'stop', 'restart'].map((word) => home.json([word])));
    const status = await home.json(['status']);

    const [advice] = answers.map(({ error }) => JSON.stringify({ ...(error as object), code: undefined }));
    expect(advice).toContain(`kill -CONT ${String(pid)}`);
    for (const { code, error } of answers) {
      expect(code).toBe(1);
      expect(JSON.stringify({ ...(error as object), code: undefined, category: undefined })).toBe(
        JSON.stringify({ ...(answers[0]?.['error'] as object), code: undefined, category: undefined }),
      );
    }
    expect(status).toMatchObject({
      running: false,
      warnings: [expect.stringContaining(`kill -CONT ${String(pid)}`)],
    });
  });
});

const STRANGER = `
  const signals = [], requests = [];
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => signals.push(name));
  const server = require('node:http').createServer((request, response) => {
    requests.push(request.method + ' ' + request.url + ' ' + JSON.stringify(request.headers));
    response.end('{"status":"ok","proof":"00"}');
  });
  process.on('message', () => process.send({ signals, requests }));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

/** A process that answers like a relay and is none; it tells which signals and requests came to it. */
async function strangerProcess() {
  const child = spawn(process.execPath, ['-e', STRANGER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child, 'message')) as [number];
  const heard = async () => {
    child.send('heard?');
    const [answer] = (await once(child, 'message')) as [{ signals: string[]; requests: string[] }];
    return answer;
  };
  return { pid: child.pid ?? 0, port, heard };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listenOn(server: ReturnType<typeof createServer>, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
}
