import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckReport } from '../src/doctor/finding.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { relayInProcess } from './relay-in-process.js';
import { temporaryFolder } from './temporary-folder.js';

describe('otto doctor', () => {
  it('finds nothing wrong where everything is set up', async () => {
    const { env } = await relayInProcess();
    await run(new FakeIo({ env }), ['setup']);

    const { code, ok, checks } = await doctor({ ...env, OTTO_BROWSER: process.execPath });
    const text = new FakeIo({ env: { ...env, OTTO_BROWSER: process.execPath } });
    await run(text, ['doctor']);

    expect({ code, ok, wrong: checks.filter(({ level, name }) => level !== 'ok' && name !== 'disk') }).toEqual({
      code: 0,
      ok: true,
      wrong: [],
    });
    expect(messageOf(checks, 'controller')).toMatch(/its secret in .*client-secret\.json$/);
    expect(messageOf(checks, 'keychain')).toBe(
      'none is used (no Secret Service); secrets are in files that only you can read',
    );
    expect(messageOf(checks, 'clock')).toBe('agrees with the relay');
    expect(text.stdout.text).toMatch(/^ok {4}node {8}Node \d[^]*ok {4}pairings {4}0 paired/);
  });

  it('mends with --fix what is open to others and what a killed relay left, and nothing that links name', async () => {
    const home = temporaryFolder();
    const relay = join(home, 'relay');
    mkdirSync(relay);
    for (const path of [join(home, 'config.json'), join(relay, 'operator.token'), join(home, 'elsewhere')]) {
      writeFileSync(path, '{}');
      chmodSync(path, 0o644);
    }
    const outside = join(temporaryFolder(), 'outside');
    writeFileSync(outside, '');
    chmodSync(outside, 0o644);
    symlinkSync(outside, join(home, 'link'));
    chmodSync(relay, 0o755);
    const pidFile = join(relay, 'relay.pid');
    const gone = { pid: 2_147_483_646, host: '127.0.0.1', port: 1, version: '0.1.0', startedAt: 0 };
    writeFileSync(pidFile, JSON.stringify(gone), { mode: 0o600 });

    const before = await doctor({ OTTO_HOME: home, OTTO_RELAY_PORT: '0' });
    const modeBefore = statSync(relay).mode & 0o777;
    const after = await doctor({ OTTO_HOME: home, OTTO_RELAY_PORT: '0' }, '--fix');

    expect(before).toMatchObject({
      code: 1,
      ok: false,
      error: { code: 'checks_failed', message: 'Not everything on this machine is as it must be: folders.' },
    });
    expect(levelsOf(before.checks)).toMatchObject({ folders: 'fail', daemon: 'warn' });
    expect(modeBefore).toBe(0o755);
    expect(after).toMatchObject({ code: 0, ok: true, error: undefined });
    expect(after.checks.find(({ name }) => name === 'folders')).toMatchObject({ level: 'ok', fixed: true });
    expect(statSync(relay).mode & 0o777).toBe(0o700);
    expect(statSync(join(relay, 'operator.token')).mode & 0o777).toBe(0o600);
    expect(statSync(outside).mode & 0o777).toBe(0o644);
    expect(existsSync(pidFile)).toBe(false);
    expect(after.checks.find(({ name }) => name === 'daemon')).toMatchObject({ level: 'warn', remedy: 'otto start' });
  });

  it('says which program is in the way, and goes on where one check cannot be made', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const home = temporaryFolder();
    writeFileSync(join(home, 'config.json'), '{', { mode: 0o600 });

    const { code, checks } = await doctor({
      OTTO_HOME: home,
      OTTO_RELAY_PORT: String(port),
      OTTO_BROWSER: '/nowhere/chrome',
    });

    expect(code).toBe(1);
    expect(levelsOf(checks)).toMatchObject({ node: 'ok', port: 'fail', controller: 'fail', browser: 'fail' });
    expect(messageOf(checks, 'port')).toBe(`The relay could not listen on port ${port}: another program has it.`);
    expect(messageOf(checks, 'controller')).toContain('config.json is not valid');
    expect(checks.find(({ name }) => name === 'browser')?.remedy).toBe('unset OTTO_BROWSER');
  });
});

it('a relay that is older than the command line is left running, with the command that mends it', async () => {
  const { env, record } = await relayInProcess({ version: '0.0.9' });
  const start = new FakeIo({ env });
  const status = new FakeIo({ env });

  expect(await run(start, ['start', '--json'])).toBe(0);
  expect(await run(status, ['status'])).toBe(0);
  const { checks } = await doctor(env);

  expect(JSON.parse(start.stdout.text)).toMatchObject({ outcome: 'already_running', port: record.port });
  const note = /This otto is version \d.*is an older one, version 0\.0\.9\. Run: otto restart$/m;
  expect(start.stderr.text).toMatch(note);
  expect(status.stdout.text).toMatch(note);
  expect(checks.find(({ name }) => name === 'daemon')).toMatchObject({ level: 'warn', remedy: 'otto restart' });
});

async function doctor(env: Readonly<Record<string, string>>, ...options: string[]) {
  const io = new FakeIo({ env });
  const code = await run(io, ['doctor', '--json', ...options]);
  const { ok, checks, error } = JSON.parse(io.stdout.text) as { ok: boolean; checks: CheckReport[]; error?: unknown };
  return { code, ok, checks, error };
}

function levelsOf(checks: readonly CheckReport[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, level }) => [name, level]));
}

function messageOf(checks: readonly CheckReport[], wanted: string): string | undefined {
  return checks.find(({ name }) => name === wanted)?.message;
}
