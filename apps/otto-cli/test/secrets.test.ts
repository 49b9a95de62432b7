import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
    expect(existsSync(join(env.OTTO_HOME, 'client-secret.json'))).toBe(false);
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

    const file = join(env.OTTO_HOME, 'client-secret.json');
    expect(registered.notes).toBe(
      `otto: no keychain works here (no Secret Service); the secret is in ${file}, which only you can read.\n`,
    );
    expect(login).toMatchObject({ code: 0, notes: '' });
  });

  it('that cannot be read has the keychain as its reason', async () => {
    const keychain = new MemoryKeychain();
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    await otto('client', 'register', '--name', 'one');

    keychain.problem = 'it is locked';

    expect(await otto('client', 'login')).toMatchObject({
      code: 1,
      document: {
        error: {
          code: 'not_logged_in',
          message: expect.stringMatching(/The keychain cannot be read: it is locked\.$/),
        },
      },
    });
  });

  it('is moved from its file to a keychain that works by otto doctor --fix', async () => {
    const keychain = new MemoryKeychain({ problem: 'it is locked' });
    const { env } = await relayInProcess();
    const otto = ottoWith(keychain, env);
    await otto('client', 'register', '--name', 'one');
    await otto('client', 'login');

    keychain.problem = undefined;
    const before = await otto('doctor');
    const after = await otto('doctor', '--fix');

    const checkOf = ({ document }: Answer) =>
      (document['checks'] as { name: string }[]).find(({ name }) => name === 'keychain');
    expect(checkOf(before)).toMatchObject({ level: 'warn', remedy: 'otto doctor --fix' });
    expect(checkOf(after)).toMatchObject({ level: 'ok', message: 'works', fixed: true });
    expect(existsSync(join(env.OTTO_HOME, 'client-secret.json'))).toBe(false);
    expect([...keychain.kept.values()]).toEqual([expect.stringMatching(/^cs_/)]);
    expect(await otto('client', 'login')).toMatchObject({ code: 0 });
  });
});

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
