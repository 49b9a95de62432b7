import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRelayServer, readConfig, type RelayServer } from '@telepat/otto-relay-host';
import { OttoHttpApi } from '@telepat/otto-sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../src/run.js';
import { NotPlayable } from '../src/security/attack.js';
import { ATTACKS } from '../src/security/attacks/index.js';
import { playAttacks } from '../src/security/play-attacks.js';
import { Target, type TargetOptions } from '../src/security/target.js';
import { FakeIo } from './fake-io.js';
import { ObligingRelay } from './obliging-relay.js';
import { temporaryFolder } from './temporary-folder.js';

const NAMES = ATTACKS.map(({ name }) => name);

describe('otto security self-test', () => {
  it('finds that a relay holds against every attack, disturbs nobody, and leaves nothing behind', async () => {
    const { folder, server, target } = await relay();
    const user = await target.newClient();
    const session = await target.join('controller', user.accessToken);
    const io = new FakeIo({ env: { OTTO_LOG_DIR: folder } });

    const exitCode = await run(io, ['security', 'self-test', '--json']);

    const document: unknown = JSON.parse(io.stdout.text);
    expect(document).toMatchObject({ gotThrough: 0, notPlayed: 0, held: NAMES.length, leftBehind: [] });
    expect(exitCode).toBe(0);
    expect(await session.answer(session.send('ping', {}))).toBe('pong');
    expect(server.relay.tables()).toMatchObject({ sessions: 1, nodes: 0, commands: 0 });
    const { httpUrl: baseUrl, operatorToken: bearer } = target.options;
    const api = new OttoHttpApi({ baseUrl, bearer });
    expect((await api.clients.list()).clients.map(({ clientId }) => clientId)).toEqual([user.clientId]);
    expect((await api.nodes.paired()).nodes).toEqual([]);
    expect((await api.pairing.pending()).pending).toEqual([]);
  });

  it('tells each attack in a line of its own and a summary, and fails when one gets through', async () => {
    const { folder } = await relay();
    chmodSync(folder, 0o755);
    const io = new FakeIo({ env: { OTTO_LOG_DIR: folder } });

    const exitCode = await run(io, ['security', 'self-test']);

    const lines = io.stdout.text.trimEnd().split('\n');
    expect(lines.slice(0, -1).map((line) => line.split(' ')[1])).toEqual(NAMES);
    expect(lines[0]).toBe('✓ rebound-host  tried to reach the HTTP interface by DNS rebinding: 403 forbidden_host');
    if (process.platform !== 'win32') {
      expect(lines.at(-2)).toContain('✗ open-folder');
      expect(lines.at(-1)).toContain(`${NAMES.length - 1} held, 1 got through, 0 not played`);
      expect(exitCode).toBe(1);

      const json = new FakeIo({ env: { OTTO_LOG_DIR: folder } });
      expect(await run(json, ['security', 'self-test', '--json'])).toBe(1);
      expect(JSON.parse(json.stdout.text)).toMatchObject({
        gotThrough: 1,
        error: { code: 'checks_failed', message: `1 of ${NAMES.length} attacks got through.` },
      });
    }
  });

  it('says so when no relay runs', async () => {
    const io = new FakeIo({ env: { OTTO_LOG_DIR: temporaryFolder() } });

    expect(await run(io, ['security', 'self-test', '--json'])).toBe(1);
    expect(JSON.parse(io.stdout.text)).toMatchObject({ error: { code: 'not_running' } });
  });
});

describe('the attacks', () => {
  it('get through, every single one, to a relay without defences', async () => {
    const { options } = await obligingRelay();

    const { results } = await playAttacks(ATTACKS, { ...options, waitMs: 300 }, () => undefined);

    const held = results.filter(({ outcome }) => outcome !== 'got_through').map(({ name }) => name);
    // Windows has no modes.
    expect(held).toEqual(process.platform === 'win32' ? ['open-folder'] : []);
    expect(results.map(({ name }) => name)).toEqual(NAMES);
  });

  it('that cannot be played are told apart from those that were held', async () => {
    const { options } = await obligingRelay();
    const names = ['not for this relay', 'broken'];
    const attacks = [new NotPlayable('there is no such route'), new Error('a bug')].map((error, index) => ({
      name: names[index] ?? '',
      tries: 'do something',
      play: () => Promise.reject(error),
    }));

    const { results } = await playAttacks(attacks, options, () => undefined);

    expect(results.map(({ outcome, saw }) => [outcome, saw])).toEqual([
      ['not_played', 'there is no such route'],
      ['not_played', 'it failed: a bug'],
    ]);
  });
});

async function relay(): Promise<{ folder: string; server: RelayServer; target: Target }> {
  const folder = join(temporaryFolder(), 'relay');
  const environment = { OTTO_TOKEN_SECRET: 'x'.repeat(32), OTTO_LOG_DIR: folder, OTTO_RELAY_PORT: '0' };
  const server = await createRelayServer({ config: readConfig(environment, '1.2.3'), version: '1.2.3' });
  const target = new Target(optionsFor(folder, server.address.port));
  onTestFinished(() => {
    target.endSockets();
    return server.stop();
  });
  writePidFile(folder, server.address.port);
  return { folder, server, target };
}

async function obligingRelay(): Promise<{ options: TargetOptions }> {
  const folder = join(temporaryFolder(), 'relay');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const operatorToken = 'ab'.repeat(32);
  writeFileSync(join(folder, 'operator.token'), operatorToken);
  const server = new ObligingRelay(operatorToken);
  onTestFinished(() => server.close());
  return { options: optionsFor(folder, await server.listen()) };
}

function optionsFor(folder: string, port: number): TargetOptions {
  const operatorToken = readFileSync(join(folder, 'operator.token'), 'utf8');
  const { signal } = new AbortController();
  return { httpUrl: `http://127.0.0.1:${port}`, operatorToken, folder, platform: process.platform, signal };
}

function writePidFile(folder: string, port: number): void {
  const record = { pid: process.pid, host: '127.0.0.1', port, version: '1.2.3', startedAt: 0 };
  writeFileSync(join(folder, 'relay.pid'), JSON.stringify(record), { mode: 0o600 });
}
