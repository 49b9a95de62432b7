import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigFile } from '../src/config/config-file.js';
import type { CheckReport } from '../src/doctor/finding.js';
import { Interruption } from '../src/interruption.js';
import { run } from '../src/run.js';
import { FakeIo } from './fake-io.js';
import { MemoryKeychain } from './memory-keychain.js';
import { relayInProcess } from './relay-in-process.js';

describe('the secret of a controller', () => {
  it('goes to the keychain, serves from there, and is not told', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);

    const registered = await otto('client', 'register', '--name', 'one');
    const login = await otto('client', 'login');

    const [[clientId, secret] = ['', '']] = [...keychain.kept];
    expect(registered).toMatchObject({ code: 0, document: { clientId }, notes: '' });
    expect(login).toMatchObject({ code: 0, document: { clientId } });
    expect(fileOf(env)).not.toContain(secret);
    expect(secret).toMatch(/^cs_/);
    expect(registered.text + login.text).not.toContain(secret);
  });

  it('of who this machine was before is forgotten', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);

    await otto('client', 'register', '--name', 'one');
    const second = await otto('client', 'register', '--name', 'two');
    expect([...keychain.kept.keys()]).toEqual([second.document['clientId']]);

    await otto('client', 'forget');
    expect(keychain.kept.size).toBe(0);
  });

  it('goes to a file where no keychain works, and that is said once', async () => {
    const { env } = await relayInProcess();
    const otto = ottoWith(new MemoryKeychain({ problem: 'no Secret Service' }), env);

    const registered = await otto('client', 'register', '--name', 'one');
    const login = await otto('client', 'login');

    expect(registered.notes).toBe(
      `otto: no keychain works here (no Secret Service); the secret is in ${pathIn(env)}, which only you can read.\n`,
    );
    expect(login).toMatchObject({ code: 0, notes: '' });
  });

  it('is asked for when the tokens do not do any more, and not before', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    await otto('setup');
    keychain.asked.length = 0;

    expect(await otto(...QUERY)).toMatchObject({ document: { error: { code: 'acl_missing_node_grant' } } });
    expect(await otto('setup')).toMatchObject({ document: { controller: { outcome: 'existing' } } });
    expect(keychain.asked).toEqual([]);
    await spendTokens(env);
    expect(await otto(...QUERY)).toMatchObject({ document: { error: { code: 'acl_missing_node_grant' } } });

    expect(keychain.asked).toHaveLength(1);
  });

  it('that cannot be read has the keychain as its reason, and costs nobody who they are', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    const { document } = await otto('client', 'register', '--name', 'one');
    keychain.problem = 'it is locked';
    const refusal = {
      code: 1,
      document: {
        error: {
          code: 'not_logged_in',
          message: `The secret of ${String(document['clientId'])} is not known here. It is in the keychain, which cannot be read: it is locked.`,
          hint: expect.stringMatching(/^Unlock the keychain and try again\./),
        },
      },
    };

    expect(await otto('client', 'login')).toMatchObject(refusal);
    expect(await otto(...QUERY)).toMatchObject(refusal);
    expect(await otto('setup')).toMatchObject(refusal);
    const checks = checksOf(await otto('doctor'));
    keychain.problem = undefined;

    expect(checks('keychain')).toMatchObject({ level: 'warn', remedy: 'otto client login' });
    expect(checks('controller')).toMatchObject({ level: 'warn', remedy: 'otto client login' });
    expect(await otto('client', 'login')).toMatchObject({ code: 0, document: { clientId: document['clientId'] } });
  });

  it.each(['client register', 'setup'])('is not lost by Ctrl+C while a keychain is waited for: %s', async (words) => {
    const { env } = await relayInProcess();
    const keychain = new MemoryKeychain();
    const io = new FakeIo({ env, keychain });
    keychain.write = async () => {
      io.abort(new Interruption('SIGINT'));
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('the operation was aborted');
    };

    expect(await run(io, [...words.split(' '), '--json'])).toBe(130);

    const { clientId } = await new ConfigFile(join(env.OTTO_HOME, 'config.json')).read();
    expect(JSON.parse(fileOf(env))).toEqual({ clientId, clientSecret: expect.stringMatching(/^cs_/) });
    expect(await ottoWith(keychain, env)('client', 'login')).toMatchObject({ code: 0, document: { clientId } });
  });

  it('that is gone from the keychain is lost: otto setup registers anew once nothing renews the login', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    const before = await otto('setup');
    keychain.kept.clear();

    const goesOn = await otto('setup');
    await spendTokens(env);
    const login = await otto('client', 'login');
    const checks = checksOf(await otto('doctor'));
    const anew = await otto('setup');

    expect(goesOn.document['controller']).toMatchObject({ outcome: 'existing' });
    expect(login).toMatchObject({ code: 1, document: { error: { hint: expect.not.stringContaining('Unlock') } } });
    expect(checks('keychain')).toMatchObject({ level: 'ok' });
    expect(checks('controller')).toMatchObject({ level: 'warn', remedy: 'otto setup' });
    expect(anew).toMatchObject({ code: 0, document: { controller: { outcome: 'registered' } } });
    expect(anew.document['controller']).not.toEqual(before.document['controller']);
    expect(anew.notes).not.toContain('the relay does not know');
    expect(await otto('client', 'login')).toMatchObject({ code: 0 });
  });

  it('in a keychain that is switched off is had by switching it on', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    await ottoWith(keychain, env)('client', 'register', '--name', 'one');
    const otto = ottoWith(keychain, { ...env, OTTO_KEYCHAIN: '0' });

    const refusal = {
      code: 1,
      document: {
        error: { code: 'not_logged_in', hint: expect.stringMatching(/^Unset OTTO_KEYCHAIN and try again\./) },
      },
    };
    expect(await otto('client', 'login')).toMatchObject(refusal);
    expect(await otto('setup')).toMatchObject(refusal);
    const checks = checksOf(await otto('doctor'));
    expect(checks('keychain')).toMatchObject({ level: 'warn', remedy: 'unset OTTO_KEYCHAIN' });
    expect(checks('controller')).toMatchObject({ level: 'warn', remedy: 'unset OTTO_KEYCHAIN' });
  });

  it('of a login that goes on is not needed by otto setup, though the keychain is locked', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    const { document } = await otto('setup');
    await new ConfigFile(join(env.OTTO_HOME, 'config.json')).update({ accessToken: undefined });
    keychain.problem = 'it is locked';
    keychain.asked.length = 0;

    expect(await otto('setup')).toMatchObject({
      code: 0,
      document: { controller: { ...Object(document['controller']), outcome: 'existing' } },
    });
    expect(keychain.asked).toEqual([]);
  });

  it('that has to stay in the keychain is told when it is forgotten', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    const { document } = await otto('client', 'register', '--name', 'one');

    keychain.problem = 'it is locked';

    const { code, notes } = await otto('client', 'forget');
    expect(code).toBe(0);
    expect(notes).toBe(
      `otto: the secret of ${String(document['clientId'])} stays in the keychain, under Otto: it is locked.\n`,
    );
  });

  it('is moved from its file to a keychain that works by otto doctor --fix', async () => {
    const keychain = new MemoryKeychain({ problem: 'it is locked' });
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    await otto('client', 'register', '--name', 'one');
    await otto('client', 'login');

    keychain.problem = undefined;
    const before = checksOf(await otto('doctor'));
    const after = checksOf(await otto('doctor', '--fix'));

    expect(before('keychain')).toMatchObject({ level: 'warn', remedy: 'otto doctor --fix' });
    expect(after('keychain')).toMatchObject({ level: 'ok', message: 'works', fixed: true });
    expect(fileOf(env)).not.toContain('cs_');
    expect([...keychain.kept.values()]).toEqual([expect.stringMatching(/^cs_/)]);
    expect(await otto('client', 'login')).toMatchObject({ code: 0 });
  });
});

const QUERY = ['cmd', '--action', 'primitive.tab.query', '--node-id', 'node_away'] as const;

function pathIn(env: Readonly<Record<string, string>>): string {
  return join(env['OTTO_HOME'] ?? '', 'client-secret.json');
}

function fileOf(env: Readonly<Record<string, string>>): string {
  return readFileSync(pathIn(env), 'utf8');
}

async function spendTokens(env: Readonly<Record<string, string>>): Promise<void> {
  const config = new ConfigFile(join(env['OTTO_HOME'] ?? '', 'config.json'));
  await config.update({ accessToken: undefined, refreshToken: undefined });
}

function checksOf({ document }: Answer) {
  return (name: string) => (document['checks'] as CheckReport[]).find((check) => check.name === name);
}

function ottoWith(keychain: MemoryKeychain, env: Readonly<Record<string, string>>) {
  return async (...words: string[]): Promise<Answer> => {
    const io = new FakeIo({ env, keychain });
    const code = await run(io, [...words, '--json']);
    const document = JSON.parse(io.stdout.text) as Record<string, unknown>;
    return { code, document, notes: io.stderr.text, text: io.stdout.text + io.stderr.text };
  };
}

interface Answer {
  readonly code: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly notes: string;
  readonly text: string;
}
