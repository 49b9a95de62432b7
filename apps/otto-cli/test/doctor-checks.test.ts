import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PidFile } from '../src/daemon/pid-file.js';
import type { CheckReport } from '../src/doctor/finding.js';
import type { Environment } from '../src/io.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { temporaryFolder } from './temporary-folder.js';

/** What each check says where something is amiss: the level, a part of the sentence, and the remedy. */
type Told = readonly [CheckReport['level'], RegExp, string];

describe('otto doctor on the controller', () => {
  it.each<[string, object, Told]>([
    ['that is not there', {}, ['warn', /^No controller is registered here\.$/, 'otto setup']],
    [
      'whose secret is lost',
      { clientId: 'clt_1' },
      ['warn', /^The secret of clt_1 is not known here\.$/, 'otto setup'],
    ],
    [
      'whose secret is lost, with a login that goes on',
      { clientId: 'clt_1', refreshToken: 'rt_1' },
      ['warn', /its login goes on until it runs out\.$/, 'otto setup'],
    ],
  ])('%s', async (_, config, told) => {
    const home = homeWith({ 'config.json': JSON.stringify(config) });

    expectTold(await checkOf('controller', { OTTO_HOME: home }), told);
  });

  it('whose secret the environment has', async () => {
    const home = homeWith({ 'config.json': JSON.stringify({ clientId: 'clt_1' }) });

    const check = await checkOf('controller', { OTTO_HOME: home, OTTO_CONTROLLER_CLIENT_SECRET: 'cs_1' });

    expect(check).toMatchObject({ level: 'ok', message: 'clt_1, its secret in OTTO_CONTROLLER_CLIENT_SECRET' });
  });
});

describe.skipIf(process.platform === 'win32')('otto doctor on the relay', () => {
  it('that has the folder, but no pid file', async () => {
    const home = homeWith({});
    const lock = createSocketServer((socket) => void socket.end(JSON.stringify({ pid: process.pid })));
    lock.listen(join(home, 'relay', 'relay.lock'));
    await once(lock, 'listening');
    onTestFinished(() => void lock.close());

    expectTold(await checkOf('daemon', { OTTO_HOME: home }), ['fail', /its pid file is gone or wrong/, 'otto restart']);
    expect(await checkOf('port', { OTTO_HOME: home })).toMatchObject({ level: 'ok' });
  });

  it('that is another program on its port', async () => {
    const home = homeWith({});
    await record(home, await listen((_request, response) => void response.end('<html>')));

    const told: Told = ['warn', /did not stop in order: .*not the relay/, 'otto doctor --fix'];
    expectTold(await checkOf('daemon', { OTTO_HOME: home }), told);
  });

  it('that is elsewhere', async () => {
    const home = homeWith({ 'config.json': JSON.stringify({ relayUrl: 'wss://relay.example' }) });

    expect(await checkOf('daemon', { OTTO_HOME: home })).toMatchObject({
      level: 'ok',
      message: 'none runs here; the relay is elsewhere',
    });
  });
});

it('otto doctor looks at no port of this machine when the relay is elsewhere', async () => {
  const home = homeWith({ 'config.json': JSON.stringify({ relayUrl: 'wss://relay.example' }) });

  const check = await checkOf('port', { OTTO_HOME: home, OTTO_RELAY_PORT: String(await listen(() => undefined)) });

  expect(check).toMatchObject({ level: 'ok', message: 'not looked at: the relay is elsewhere' });
});

it.each(['eighty', '', '1e3', '65536'])(
  'otto doctor says that a port is none, as the relay does: "%s"',
  async (port) => {
    const check = await checkOf('port', { OTTO_HOME: homeWith({}), OTTO_RELAY_PORT: port });

    expectTold(check, ['fail', /^OTTO_RELAY_PORT is no port\.$/, 'unset OTTO_RELAY_PORT']);
  },
);

it('otto doctor says how a browser is named where none is installed', async () => {
  const io = new FakeIo({ env: { OTTO_HOME: homeWith({}), PATH: '' }, platform: 'freebsd' });

  const told: Told = [
    'warn',
    /no node can start on this machine\.$/,
    'OTTO_BROWSER=/path/of/a/browser otto node start',
  ];
  expectTold(await checkWith('browser', io), told);
});

describe.skipIf(process.platform === 'win32')('otto doctor on a browser that is installed', () => {
  it.each([
    [
      'lacks a library',
      'echo "chrome: error while loading shared libraries: libnss3.so: cannot open" >&2; exit 127',
      /chrome does not run: chrome: error while loading shared libraries: libnss3\.so: cannot open\.$/,
      'sudo npx playwright install-deps chromium',
    ],
    ['ends', 'exit 3', /chrome does not run: /, 'OTTO_BROWSER=/path/of/a/browser otto node start'],
  ])('and %s', async (_, script, message, remedy) => {
    const home = homeWith({ chrome: `#!/bin/sh\n${script}\n` });
    chmodSync(join(home, 'chrome'), 0o700);

    const check = await checkOf('browser', { OTTO_HOME: home, OTTO_BROWSER: join(home, 'chrome') });

    expectTold(check, ['fail', message, remedy]);
  });
});

describe('otto doctor on the folders', () => {
  it('that are not made yet, and makes none', async () => {
    const home = join(temporaryFolder(), 'not', 'made');

    const check = await checkOf('folders', { OTTO_HOME: home });

    expect(check).toMatchObject({ level: 'ok', message: `${home} is not made yet, and can be` });
    expect(existsSync(join(home, '..'))).toBe(false);
  });

  it('that cannot be made or written', async () => {
    const home = join(homeWith({ file: '' }), 'file', 'home');

    const check = await checkOf('folders', { OTTO_HOME: home });

    expect(check).toMatchObject({ level: 'fail', message: expect.stringContaining('cannot be written') });
    expect(check?.remedy).toEqual(expect.any(String));
  });

  it.skipIf(process.platform === 'win32')('that their owner may not use, and mends them', async () => {
    const home = homeWith({});
    chmodSync(join(home, 'relay'), 0o500);
    const told: Told = ['fail', /^You may not use .*relay\.$/, 'otto doctor --fix'];
    expectTold(await checkOf('folders', { OTTO_HOME: home }), told);

    await run(new FakeIo({ env: { OTTO_HOME: home, OTTO_RELAY_PORT: '0' } }), ['doctor', '--fix']);

    expect(statSync(join(home, 'relay')).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform === 'win32')('whose nodes have a file that others may read', async () => {
    const home = homeWith({});
    mkdirSync(join(home, 'nodes'), { mode: 0o700 });
    writeFileSync(join(home, 'nodes', 'n1.json'), '{}');
    chmodSync(join(home, 'nodes', 'n1.json'), 0o644);

    const told: Told = ['fail', /^Other users may enter or read .*n1\.json\.$/, 'otto doctor --fix'];
    expectTold(await checkOf('folders', { OTTO_HOME: home }), told);
  });
});

it('otto doctor has a remedy for whatever is amiss, and the same checks each time', async () => {
  const { checks } = await doctor(new FakeIo({ env: { OTTO_HOME: homeWith({}), OTTO_BROWSER: '/nowhere' } }));

  expect(checks.map(({ name }) => name)).toEqual([
    'node',
    'folders',
    'disk',
    'daemon',
    'port',
    'clock',
    'keychain',
    'controller',
    'browser',
    'pairings',
  ]);
  for (const { level, name, remedy } of checks) if (level !== 'ok') expect(remedy, name).toEqual(expect.any(String));
});

function expectTold(check: CheckReport | undefined, [level, message, remedy]: Told): void {
  expect(check).toMatchObject({ level, message: expect.stringMatching(message), remedy });
}

function checkOf(name: string, env: Environment): Promise<CheckReport | undefined> {
  return checkWith(name, new FakeIo({ env: { OTTO_RELAY_PORT: '0', ...env } }));
}

async function checkWith(wanted: string, io: FakeIo): Promise<CheckReport | undefined> {
  return (await doctor(io)).checks.find(({ name }) => name === wanted);
}

async function doctor(io: FakeIo): Promise<{ checks: CheckReport[] }> {
  await run(io, ['doctor', '--json']);
  return JSON.parse(io.stdout.text) as { checks: CheckReport[] };
}

/** A home with a relay's folder, and files. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = temporaryFolder();
  mkdirSync(join(home, 'relay'), { mode: 0o700 });
  writeFileSync(join(home, 'relay', 'operator.token'), 'the-token\n', { mode: 0o600 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text, { mode: 0o600 });
  return home;
}

async function record(home: string, port: number): Promise<void> {
  const file = new PidFile(join(home, 'relay', 'relay.pid'));
  await file.write({ pid: process.pid, host: '127.0.0.1', port, version: '0.1.0', startedAt: 0 });
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
