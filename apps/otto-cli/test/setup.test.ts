import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';
import { temporaryFolder } from './temporary-folder.js';

describe('otto setup, asked by nobody', () => {
  it('registers and logs in where the relay runs, and may be run again', async () => {
    const { env, record } = await relayInProcess();
    const otto = ottoIn(env);

    const first = await otto('setup', '--non-interactive');
    const second = await otto('setup', '--non-interactive');

    const daemon = { outcome: 'already_running', port: record.port };
    const { clientId } = first.document.controller;
    expect(first).toMatchObject({
      code: 0,
      document: {
        daemon,
        controller: { outcome: 'registered' },
        extension: null,
        next: [`otto node start --grant ${clientId}`, 'otto extract-content https://example.com'],
      },
    });
    expect(second).toMatchObject({ code: 0, document: { daemon, controller: { clientId, outcome: 'existing' } } });
    expect((await otto('client', 'status', '--json')).document).toMatchObject({ clientId, loggedIn: true });
    expect(first.text).not.toMatch(/cs_|accessToken|eyJ/);
  });

  it('makes one controller of this machine, however many are at it', async () => {
    const { env } = await relayInProcess();
    const otto = ottoIn(env);

    const setups = await Promise.all([otto('setup'), otto('setup'), otto('setup')]);

    expect(setups.map(({ code }) => code)).toEqual([0, 0, 0]);
    const controllers = setups.map(({ document }) => document.controller);
    expect(new Set(controllers.map(({ clientId }) => clientId)).size).toBe(1);
    expect(controllers.map(({ outcome }) => outcome).sort()).toEqual(['existing', 'existing', 'registered']);
  });

  it('registers anew where the relay does not know this machine any more, or its secret is lost', async () => {
    const { env } = await relayInProcess();
    const otto = ottoIn(env);
    const { clientId } = (await otto('setup')).document.controller;

    await otto('client', 'remove', '--json');
    const removed = await otto('setup');
    rmSync(join(env.OTTO_HOME, 'client-secret.json'));
    rmSync(join(env.OTTO_HOME, 'config.json'));
    const lost = await otto('setup');

    expect(removed).toMatchObject({ code: 0, document: { controller: { outcome: 'registered' } } });
    expect(removed.document.controller.clientId).not.toBe(clientId);
    expect(lost).toMatchObject({ code: 0, document: { controller: { outcome: 'registered' } } });
  });

  it('says when the relay that runs is of another version, and that nothing is asked without a terminal', async () => {
    const { env } = await relayInProcess({ version: '0.0.1' });
    const [quiet, asked] = [new FakeIo({ env }), new FakeIo({ env })];

    expect(await run(quiet, ['setup'])).toBe(0);
    expect(await run(asked, ['setup', '--non-interactive'])).toBe(0);

    expect(quiet.stderr.text).toMatch(/nothing is asked[^]*version 0\.0\.1\. Run: otto restart/);
    expect(asked.stderr.text).not.toContain('nothing is asked');
  });

  it('refuses a port that no relay is ever on', async () => {
    const io = new FakeIo({ env: { OTTO_HOME: temporaryFolder() } });

    expect(await run(io, ['setup', '--relay-url', 'ws://127.0.0.1:0', '--non-interactive'])).toBe(2);
    expect(io.stdout.text).toContain('--relay-url: must be an address');
  });

  it('fails on another port than the one of the relay, with the remedy', async () => {
    const { env, record } = await relayInProcess();
    const other = record.port === 65_535 ? 65_534 : record.port + 1;

    const refused = await ottoIn(env)('setup', '--relay-url', `ws://127.0.0.1:${other}`, '--non-interactive');

    expect(refused).toMatchObject({
      code: 1,
      document: {
        error: {
          code: 'start_failed',
          message: expect.stringContaining(`port ${record.port} already`),
          hint: expect.stringMatching(/^Run otto stop, then otto setup again/),
        },
      },
    });
  });

  it('remembers the relay that it was set up for', async () => {
    const { env, record } = await relayInProcess();
    const relayUrl = `ws://127.0.0.1:${record.port}`;

    const { code } = await ottoIn(env)('setup', '--relay-url', relayUrl);

    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(env.OTTO_HOME, 'config.json'), 'utf8'))).toMatchObject({ relayUrl });
  });

  it.each([
    ['clientId', { clientId: 'clt_x; touch /tmp/owned #\u001b[2J' }],
    ['clientSecret', { clientSecret: 'cs_1\n' }],
    ['controllerId', { controllerId: 'ctl_\u001b]0;owned\u0007' }],
    ['accessToken', { accessToken: 'a'.repeat(9_000) }],
  ])('takes no %s from a relay that is not one', async (field, lie) => {
    const url = await relayThatSays({ ...HONEST, ...lie });
    const home = temporaryFolder();

    const { code, document } = await ottoIn({ OTTO_HOME: home })('setup', '--relay-url', url, '--skip-daemon');

    expect(code).toBe(1);
    expect(document).toMatchObject({ error: { code: 'relay_unreachable', message: expect.stringContaining(field) } });
    const told = JSON.stringify(document) + readFileSync(join(home, 'config.json'), 'utf8');
    expect(told).not.toMatch(/owned|aaaa/);
  });

  it('says in JSON what is wrong, also when nothing runs and nothing may be started', async () => {
    const otto = ottoIn({ OTTO_HOME: temporaryFolder(), OTTO_RELAY_PORT: '1' });

    expect(await otto('setup', '--skip-daemon')).toMatchObject({
      code: 1,
      document: { error: { code: 'relay_unreachable', hint: expect.stringContaining('otto start') } },
    });
    expect(await otto('setup', '--relay-url', 'relay')).toMatchObject({
      code: 2,
      document: { error: { code: 'invalid_usage', message: expect.stringMatching(/^--relay-url: must be/) } },
    });
  });
});

const HONEST = {
  ...{ clientId: 'clt_1', name: 'n', description: 'd', avatarSeed: 's', clientSecret: 'cs_1', createdAt: 1 },
  ...{ controllerId: 'ctl_1', scopes: [], accessToken: 'at_1', refreshToken: 'rt_1', nodes: [] },
};

/** The address of a server that answers every question with this. */
async function relayThatSays(said: object): Promise<string> {
  const server = createServer((_request, response) => void response.end(JSON.stringify(said)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function ottoIn(env: Readonly<Record<string, string>>) {
  return async (...words: string[]) => {
    const io = new FakeIo({ env });
    const code = await run(io, words);
    const text = io.stdout.text;
    const document = JSON.parse(text) as { controller: { clientId: string; outcome: string } };
    return { code, text, document };
  };
}
